// Where the host of one of a node's URLs is: looked up again and again, each host on a thread of its own, so
// that a name server that does not answer holds up no other name and no shutdown. A literal address is known
// at once and for good. Used on the control thread.
#pragma once

#include "net/io.hpp"
#include "net/url.hpp"
#include "upstream/endpoint.hpp"

#include <functional>
#include <memory>

namespace weir::nodes {

class HostAddresses : public std::enable_shared_from_this<HostAddresses> {
  public:
    HostAddresses(net::IoContext& io, net::Url url);

    /// `changed` is called whenever the addresses are others than before.
    void start(std::function<void()> changed);
    void stop();
    /// Null before they are known.
    const upstream::Addresses& get() const { return addresses_; }

  private:
    struct Question;
    net::Task<> look_up();
    void found(upstream::Addresses addresses);

    net::IoContext& io_;
    net::Url url_;
    upstream::Addresses addresses_;
    std::function<void()> changed_;
    std::shared_ptr<Question> question_; ///< what a thread is looking up
    net::Timer pause_;
    bool known_ = false; ///< the last question was answered
    bool stopped_ = false;
};

} // namespace weir::nodes
