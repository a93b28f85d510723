#include "filters.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace simnode {

Filters::Filters(ElNode& node)
    : node_(node) {
    node_.on_pending = [this, others = std::move(node_.on_pending)](const std::string& hash) {
        if (others) others(hash);
        for (auto& [id, filter] : filters_)
            if (filter.kind == Kind::pending) filter.pending.emplace_back(hash);
    };
}

std::optional<std::string> Filters::call(const ElNode::Ask& ask) {
    auto family = ask.method.starts_with("eth_new") || ask.method.starts_with("eth_getFilter") ||
                  ask.method == "eth_uninstallFilter";
    if (!family) return std::nullopt;
    auto parsed = json::parse({ask.params.data(), ask.params.size()});
    if (!parsed.is_array()) throw RpcError{-32602, "non-array args"};
    auto& params = parsed.get_array();
    if (ask.method == "eth_newFilter") return add(Kind::logs, ask, params);
    if (ask.method == "eth_newBlockFilter") return add(Kind::blocks, ask, params);
    if (ask.method == "eth_newPendingTransactionFilter") return add(Kind::pending, ask, params);
    if (ask.method == "eth_getFilterChanges")
        return json::serialize(changes(find(params), ask.effects.visible_head(node_.chain().head())));
    if (ask.method == "eth_getFilterLogs") {
        auto& filter = find(params);
        if (filter.kind != Kind::logs) throw RpcError{-32000, "filter not found"};
        return node_.call({"eth_getLogs", filter.criteria, ask.effects, ask.request}).json;
    }
    if (ask.method != "eth_uninstallFilter") return std::nullopt;
    if (params.empty() || !params[0].is_string())
        throw RpcError{-32602, "missing value for required argument 0"};
    auto found = filters_.find(std::string_view(params[0].get_string()));
    if (found == filters_.end()) return "false";
    filters_.erase(found);
    return "true";
}

std::string Filters::add(Kind kind, const ElNode::Ask& ask, const json::array& params) {
    auto& chain = node_.chain();
    Filter filter{kind, {}, "[{}]", ask.effects.visible_head(chain.head()) + 1, chain.path(), {}};
    if (kind == Kind::logs && !params.empty()) {
        if (!params[0].is_object()) throw RpcError{-32602, "invalid argument 0: not a filter"};
        try {
            filter.wanted = LogFilter(params[0].get_object());
        } catch (const std::invalid_argument& error) {
            throw RpcError{-32602, error.what()};
        }
        filter.criteria = ask.params;
    }
    std::string bytes;
    for (int i = 0; i < 16; ++i)
        bytes += static_cast<char>(random_() >> 56);
    auto id = hex(bytes);
    filters_.emplace(id, std::move(filter));
    return quoted(id);
}

Filters::Filter& Filters::find(const json::array& params) {
    if (params.empty() || !params[0].is_string())
        throw RpcError{-32602, "missing value for required argument 0"};
    auto found = filters_.find(std::string_view(params[0].get_string()));
    if (found == filters_.end()) throw RpcError{-32000, "filter not found"};
    return found->second;
}

void Filters::tell(const Filter& filter, const Block& block, bool removed, json::array& out) const {
    auto& chain = node_.chain();
    if (filter.kind == Kind::blocks && !removed) out.emplace_back(hex(block.hash));
    if (filter.kind == Kind::pending && !removed)
        for (unsigned i = 0; i < block.transactions; ++i)
            out.emplace_back(hex(chain.transaction_hash(block, i)));
    if (filter.kind != Kind::logs) return;
    for (auto& log : logs_of(chain, block))
        if (filter.wanted.matches(log)) out.emplace_back(log_json(chain, block, log, removed));
}

json::array Filters::changes(Filter& filter, std::uint64_t head) {
    auto& chain = node_.chain();
    auto out = std::exchange(filter.pending, {});
    auto fork = filter.next;
    while (fork > 0 && chain.block(fork - 1, filter.path).hash != chain.block(fork - 1).hash)
        --fork;
    for (auto number = fork; number < filter.next; ++number)
        tell(filter, chain.block(number, filter.path), true, out);
    filter.next = fork;
    filter.path = chain.path();
    for (; filter.next <= head; ++filter.next)
        tell(filter, chain.block(filter.next), false, out);
    return out;
}

} // namespace simnode
