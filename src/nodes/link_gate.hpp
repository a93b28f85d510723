// Lets the feeds read from a node's WebSocket only after the link itself has said of which chain it is:
// behind a link that was opened anew, or behind a ws_url, there may be another node than the one that the
// checks ask. It is asked again when the checks ask again. On the control thread.
#pragma once

#include "chain/header.hpp"
#include "nodes/network.hpp"
#include "upstream/ws_link.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace weir::nodes {

class LinkGate : public std::enable_shared_from_this<LinkGate> {
  public:
    /// The link is open. `answered` is called when it has said of which chain it is, each time.
    void link_up(std::shared_ptr<upstream::WsLink> link, std::function<void()> answered);
    void link_down();
    /// Asks again; what it said before stands meanwhile.
    void ask_again();
    /// Which it is said to be; nothing before its first word, empty when it does not tell.
    const std::optional<NetworkId>& said() const { return said_; }
    const std::shared_ptr<upstream::WsLink>& link() const { return link_; }

    bool is_open = false;  ///< the feeds know of the link
    chain::HeaderPtr held; ///< the last head that came while it was not
    std::string complaint; ///< the last reason why it is not open that the log knows

  private:
    void ask();

    std::shared_ptr<upstream::WsLink> link_;
    std::function<void()> answered_;
    std::optional<NetworkId> said_;
};

} // namespace weir::nodes
