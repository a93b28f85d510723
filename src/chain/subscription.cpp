#include "chain/subscription.hpp"

#include "chain/json_members.hpp"

#include <utility>
#include <vector>

namespace weir::chain {

namespace {

/// A filter with all that it may name, written without frills, needs 320 KiB.
constexpr std::size_t max_params = 512 * 1024;
constexpr std::size_t max_items = 2; ///< that any known kind takes
constexpr std::string_view subscribe_suffix = "_subscribe", unsubscribe_suffix = "_unsubscribe";

bool is_pair(std::string_view method, std::string_view suffix) {
    return method.size() > suffix.size() && method.ends_with(suffix);
}

} // namespace

bool is_subscribe(std::string_view method) {
    return is_pair(method, subscribe_suffix);
}
bool is_unsubscribe(std::string_view method) {
    return is_pair(method, unsubscribe_suffix);
}

namespace {

using Kind = SubscriptionRequest::Kind;

SubscriptionRequest known(Kind kind, std::string params, std::string key) {
    SubscriptionRequest request;
    request.kind = kind;
    request.method = "eth_subscribe";
    request.params = std::move(params);
    request.key = std::move(key);
    return request;
}

SubscriptionRequest refused(std::string why) {
    SubscriptionRequest request;
    request.refusal = std::move(why);
    return request;
}

SubscriptionRequest too_many(std::size_t most) {
    return refused("too many arguments, want at most " + std::to_string(most));
}

/// Options that ask for nothing that is not there without them: null and an object, which go-ethereum refuses
/// and other nodes take; not one that asks for transactions (Besu, Nethermind), which only such a node has.
bool asks_nothing(std::string_view option) {
    bool nothing = true;
    const bool object = each_member(option, [&](std::string_view key, std::string_view value) {
        if (string_equals_any_case(key, "includeTransactions")) nothing = value == "false" || value == "null";
        return true;
    });
    return option == "null" || (object && nothing);
}

SubscriptionRequest read_pending(std::string_view option) {
    if (option == "true") {
        auto request =
            known(Kind::pending_transactions, R"(["newPendingTransactions",true])", "pending whole");
        request.whole = true;
        return request;
    }
    if (option.empty() || option == "false" || asks_nothing(option))
        return known(Kind::pending_transactions, R"(["newPendingTransactions"])", "pending");
    SubscriptionRequest other;
    other.mistake = "invalid argument 1: neither true nor false";
    return other;
}

SubscriptionRequest read_logs(std::string_view filter) {
    auto criteria = read_log_criteria(filter.empty() ? "null" : filter);
    if (!criteria) {
        const auto [of, text] = criteria.error();
        if (of == CriteriaMistake::Of::range) return refused("invalid argument 1: " + text);
        SubscriptionRequest other;
        other.mistake = "invalid argument 1: " + text;
        return other;
    }
    if (criteria->of_one_block)
        return refused("invalid argument 1: blockHash: a subscription tells of new blocks only");
    if (const auto wrong = criteria->filter.too_long(); !wrong.empty())
        return refused("invalid argument 1: " + wrong);
    return logs_subscription(std::move(*criteria));
}

/// The kinds of eth_subscribe that are weir's own; anything else is Kind::other.
SubscriptionRequest read_own(std::string_view params) {
    std::vector<std::string_view> items;
    const bool list = each_element(params, [&](std::string_view item) {
        items.push_back(item);
        return items.size() <= max_items;
    });
    if (!list || items.empty()) return {};
    const auto name = text_of(items[0]);
    const auto option = items.size() > 1 ? items[1] : std::string_view();
    if (name == "newHeads" || name == "syncing") {
        if (items.size() > 2) return too_many(1);
        if (option.empty() || asks_nothing(option))
            return known(name == "syncing" ? Kind::syncing : Kind::new_heads,
                         "[\"" + std::string(name) + "\"]", std::string(name));
        if (!option.starts_with('{')) return too_many(1);
    }
    if (name == "newPendingTransactions") return items.size() > 2 ? too_many(2) : read_pending(option);
    if (name == "logs") return items.size() > 2 ? too_many(2) : read_logs(option);
    return {};
}

} // namespace

SubscriptionRequest logs_subscription(LogCriteria criteria) {
    const auto filter = criteria.filter.to_json();
    auto request = known(Kind::logs, "[\"logs\"," + filter + ']', "logs " + filter);
    request.filter = std::move(criteria.filter);
    request.range = criteria.range;
    return request;
}

SubscriptionRequest read_subscription(std::string_view method, std::string_view params) {
    if (params.empty()) params = "[]";
    auto request = method == "eth_subscribe" ? read_own(params) : SubscriptionRequest();
    if (request.kind != Kind::other) return request;
    request.method = method;
    request.params = params;
    request.key = "other " + request.method + ' ' + request.params;
    if (params.size() > max_params) {
        request.refusal = "invalid params: larger than " + std::to_string(max_params / 1024) + " KiB";
    }
    return request;
}

} // namespace weir::chain
