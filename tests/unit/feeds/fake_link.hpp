// Stands in for upstream/ws_link.cpp in these tests: the same class, linked from here, without a socket.
// What the node at the other end does is done by the test.
#pragma once

#include "upstream/ws_link.hpp"

#include <map>
#include <string>
#include <vector>

namespace weir::feeds {

struct FakeLink {
    struct Call {
        std::string method, params;
        upstream::WsLink::OnAnswer answer;
        upstream::WsLink::OnEvent event;
    };
    bool open = true;
    std::vector<Call> calls;                                        ///< not answered yet
    std::map<std::string, upstream::WsLink::OnEvent> subscriptions; ///< by the node's id
    std::vector<std::string> unsubscribed;

    /// Answers the oldest call: a subscription with a new id.
    void take();
    void refuse(std::string error);
    void answer(upstream::LinkAnswer answer);
    void emit(std::string_view result);
};

std::shared_ptr<upstream::WsLink> make_fake_link(net::IoContext& io, net::DeadlineWheel& wheel);
FakeLink& fake_of(const std::shared_ptr<upstream::WsLink>& link);

} // namespace weir::feeds
