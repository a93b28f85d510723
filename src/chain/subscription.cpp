#include "chain/subscription.hpp"

#include "chain/json_members.hpp"

#include <vector>

namespace weir::chain {

namespace {

/// A filter with all that it may name, written without frills, needs 320 KiB.
constexpr std::size_t max_params = 512 * 1024;
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

std::string SubscriptionRequest::too_large() const {
    if (params.size() > max_params) {
        return "invalid params: larger than " + std::to_string(max_params / 1024) + " KiB";
    }
    const auto wrong = filter.too_long();
    return wrong.empty() ? wrong : "invalid argument 1: " + wrong;
}

SubscriptionRequest read_subscription(std::string_view method, std::string_view params) {
    using Kind = SubscriptionRequest::Kind;
    SubscriptionRequest request;
    request.method = method;
    request.params = params.empty() ? "[]" : params;
    std::vector<std::string_view> items;
    const bool list = each_element(request.params, [&](std::string_view item) {
        items.push_back(item);
        return true;
    });
    if (method == "eth_subscribe" && list && !items.empty()) {
        const auto kind = items[0];
        if (kind == "\"newHeads\"" && items.size() == 1) {
            request.kind = Kind::new_heads;
        } else if (kind == "\"syncing\"" && items.size() == 1) {
            request.kind = Kind::syncing;
        } else if (kind == "\"newPendingTransactions\"" && items.size() <= 2) {
            const bool flag = items.size() == 1 || items[1] == "true" || items[1] == "false";
            if (flag) request.kind = Kind::pending_transactions;
            request.whole = items.size() == 2 && items[1] == "true";
        } else if (kind == "\"logs\"" && items.size() <= 2) {
            auto filter = items.size() == 1 ? LogFilter{} : read_log_filter(items[1]);
            if (filter) {
                request.kind = Kind::logs;
                request.filter = std::move(*filter);
            }
        }
    }
    switch (request.kind) {
    case Kind::new_heads:
        request.key = "newHeads";
        break;
    case Kind::syncing:
        request.key = "syncing";
        break;
    case Kind::pending_transactions:
        request.key = request.whole ? "pending whole" : "pending";
        break;
    case Kind::logs:
        request.key = "logs " + request.filter.to_json();
        break;
    case Kind::other:
        request.key = "other " + request.method + ' ' + request.params;
        break;
    }
    return request;
}

} // namespace weir::chain
