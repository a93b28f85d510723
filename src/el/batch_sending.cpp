// What of a batch's part goes to which node.
#include "el/batch_part.hpp"
#include "el/single_call.hpp"

#include <algorithm>

namespace weir::el {

using net::Clock;
using net::Task;

bool BatchPart::fresh_connection() const {
    for (std::size_t i = stretch_.begin; i < stretch_.end; ++i) {
        const auto& item = batch_.items_[i];
        if (is_asked(item) && item.once()) return true;
    }
    return false;
}

/// The client's own bytes serve, and the node takes them all.
bool BatchPart::goes_whole() const {
    const auto& items = batch_.items_;
    if (batch_.ids_ != Ids::clients || !batch_.clients_own_) return false;
    const auto limit = batch_.limit_of(sending_.node_id, Clock::now());
    if (limit.calls == 1 || items.size() > limit.calls || batch_.body_.size() > limit.bytes) return false;
    return stretch_.begin == 0 && stretch_.end == items.size() &&
           std::all_of(items.begin(), items.end(), [&](const Item& item) { return is_asked(item); });
}

/// As much of it as the node takes.
void BatchPart::write(std::string& body) {
    const auto limit = batch_.limit_of(sending_.node_id, Clock::now());
    sending_.alone = limit.calls == 1;
    if (!sending_.alone) body.push_back('[');
    std::size_t i = stretch_.begin;
    for (; i < stretch_.end; ++i) {
        const auto& item = batch_.items_[i];
        if (!is_asked(item)) continue;
        const auto more = item.call.text.size() + 1;
        if (sending_.calls != 0 && (sending_.calls >= limit.calls || body.size() + more > limit.bytes)) break;
        if (sending_.calls++ != 0) body.push_back(',');
        batch_.append_call(body, i);
    }
    sending_.end = i;
    sending_.bytes = body.size();
    if (!sending_.alone) body.push_back(']');
}

Task<upstream::Failure> BatchPart::send(const nodes::NodeStatus& node, upstream::Connection& connection) {
    sending_ = {};
    sending_.node_id = node.node->id;
    sending_.number = ++batch_.sends_;
    sending_.whole = goes_whole();
    std::string_view body = batch_.body_;
    if (sending_.whole) {
        sending_.end = sending_.calls = batch_.size();
        sending_.bytes = body.size();
    } else {
        connection.request_body.clear();
        write(connection.request_body);
        body = connection.request_body;
    }
    for (std::size_t i = sending_.end; i < stretch_.end; ++i)
        batch_.items_[i].tried = false;
    const auto before = std::find_if(sendings_.begin(), sendings_.end(),
                                     [&](const Sending& other) { return other.node_id == sending_.node_id; });
    if (before == sendings_.end()) {
        sendings_.push_back(sending_);
    } else {
        *before = sending_;
    }
    return send_json(node.node->http, batch_.client_, body, connection);
}

} // namespace weir::el
