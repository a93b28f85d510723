// Where the host of one of a node's URLs is: looked up again and again, on the control thread. A literal
// address is known at once and for good.
#pragma once

#include "net/io.hpp"
#include "net/url.hpp"
#include "upstream/endpoint.hpp"

#include <boost/asio/ip/basic_resolver.hpp>

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
    net::Task<> look_up();

    net::IoContext& io_;
    net::Url url_;
    upstream::Addresses addresses_;
    std::function<void()> changed_;
    boost::asio::ip::basic_resolver<net::tcp, net::Executor> resolver_;
    net::Timer pause_;
    bool stopped_ = false;
};

} // namespace weir::nodes
