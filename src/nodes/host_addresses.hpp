// Where the host of one of a node's URLs is, for as long as it is watched: asked again when an answer's time
// is over, and soon when the node cannot be reached. A lookup that fails changes nothing. A literal address
// is known at once and for good. Used on the control thread.
//
//   known or not ---> asked ---> answered: again after the TTL, between dns_min_ttl_ms and dns_max_ttl_ms
//                       |  \---> failed: again after retry_interval
//                       ask_again(): again at once, or as soon as ask_again_interval is over
#pragma once

#include "config/config.hpp"
#include "metrics/control_metrics.hpp"
#include "names/question.hpp"
#include "net/url.hpp"
#include "upstream/addresses.hpp"

#include <functional>
#include <memory>
#include <string>

namespace weir::nodes {

class HostAddresses : public std::enable_shared_from_this<HostAddresses> {
  public:
    /// `node`: its name, for the log.
    HostAddresses(net::IoContext& io, net::Url url, std::string node, metrics::ControlMetrics& metrics);

    /// For the lookups from now on.
    void set_limits(const config::Global& global);
    /// `changed` is called whenever the addresses are others than before.
    void start(std::function<void()> changed);
    void stop();
    /// The node cannot be reached: perhaps it is elsewhere.
    void ask_again();
    /// Null before they are known.
    const upstream::Addresses& get() const { return addresses_; }

  private:
    struct SystemQuestion;
    net::Task<> look_up();
    net::Task<> ask();
    net::Task<> ask_system();
    void take(const names::Question& question);
    void adopt(const std::vector<net::asio::ip::address>& found);
    void complain(const std::string& why);

    net::IoContext& io_;
    net::Url url_;
    std::string node_;
    metrics::ControlMetrics& metrics_;
    names::Settings settings_;
    net::milliseconds min_ttl_{1000}, max_ttl_{30'000}, attempt_delay_{250};
    upstream::Addresses addresses_;
    std::function<void()> changed_;
    std::shared_ptr<SystemQuestion> system_question_; ///< what a thread is looking up
    net::Timer news_, pause_;
    net::Clock::time_point asked_at_{};
    net::milliseconds good_for_{0}; ///< the last answer; 0: there was none
    bool complained_ = false;
    bool stopped_ = false;
};

} // namespace weir::nodes
