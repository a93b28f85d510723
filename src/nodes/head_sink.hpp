// Who wants to know of every head as a node announces it, and of the WebSocket links to the nodes: the
// subscription feeds. Called on the control thread.
#pragma once

#include "chain/header.hpp"
#include "upstream/ws_link.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace weir::nodes {

class HeadSink {
  public:
    /// The node's link is open and follows newHeads.
    virtual void link_up(std::uint32_t node_id, std::shared_ptr<upstream::WsLink> link) = 0;
    virtual void link_down(std::uint32_t node_id, std::string_view why) = 0;
    virtual void head_announced(std::uint32_t node_id, chain::HeaderPtr header) = 0;

  protected:
    ~HeadSink() = default;
};

} // namespace weir::nodes
