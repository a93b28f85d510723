#include "chain/renumber.hpp"

#include "chain/json_members.hpp"

namespace weir::chain {

void append_renumbered(std::string& out, const Call& call, std::uint64_t id) {
    out.append(R"({"jsonrpc":"2.0")");
    if (!call.id.empty()) out.append(R"(,"id":)").append(std::to_string(id));
    out.append(R"(,"method":")").append(call.method).append("\"");
    if (!call.params.empty()) out.append(R"(,"params":)").append(call.params);
    out.push_back('}');
}

bool put_id(std::string& answer, std::string_view id) {
    std::string_view own;
    bool outcome = false;
    const bool whole = each_member(answer, [&](std::string_view key, std::string_view value) {
        if (string_equals(key, "id")) own = value;
        outcome = outcome || string_equals(key, "result") || string_equals(key, "error");
        return true;
    });
    if (!whole || !outcome) return false;
    if (own.data()) {
        answer.replace(static_cast<std::size_t>(own.data() - answer.data()), own.size(), id);
    } else {
        std::string member = R"("id":)";
        member.append(id).push_back(',');
        answer.insert(answer.find('{') + 1, member);
    }
    return true;
}

} // namespace weir::chain
