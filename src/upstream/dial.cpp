#include "upstream/dial.hpp"

namespace weir::upstream {

using net::Clock;
using net::Task;
namespace asio = net::asio;

namespace {

Task<Failure> shake_hands(const Dialing& dialing, const Endpoint& endpoint, Clock::time_point at) {
    auto& [stream, deadline, given_up, explanation, reached, sessions] = dialing;
    deadline.set(at);
    auto client =
        std::make_unique<net::TlsClient>(endpoint.tls->get(), endpoint.url.host, endpoint.verify, sessions);
    const auto ec = co_await stream.tls_connect(std::move(client));
    if (!ec && !given_up && !deadline.expired()) co_return Failure::none;
    if (!given_up) stream.note_broken_tls();
    explanation = "TLS: ";
    if (deadline.expired()) {
        explanation += "handshake timed out";
    } else {
        const auto why = stream.explain_tls(ec);
        explanation += why.empty() ? ec.message() : why;
    }
    stream.close();
    co_return Failure::connect_failed;
}

} // namespace

Task<Failure> dial(const Dialing& dialing, const Endpoint& endpoint, const Addresses& addresses,
                   Clock::time_point at) {
    auto& [stream, deadline, given_up, explanation, reached, sessions] = dialing;
    if (!addresses || addresses->size() == 0) {
        explanation = "host name not resolved";
        co_return Failure::connect_failed;
    }
    const auto order = addresses->order(endpoint.probes);
    std::vector<net::tcp::endpoint> endpoints;
    for (const auto i : order)
        endpoints.push_back((*addresses)[i]->endpoint);
    deadline.set(at);
    const auto connected = co_await stream.connect(endpoints, addresses->attempt_delay());
    if (connected.error || !stream.is_open() || given_up) {
        explanation = deadline.expired() || connected.error == asio::error::timed_out
                          ? "connect timed out"
                          : connected.error.message();
        deadline.clear();
        if (connected.error == boost::system::errc::too_many_files_open ||
            connected.error == boost::system::errc::too_many_files_open_in_system)
            co_return Failure::no_connection; // ours, not the node's
        co_return connected.refused ? Failure::refused : Failure::connect_failed;
    }
    addresses->worked(order[connected.winner]);
    reached = (*addresses)[order[connected.winner]];
    net::error_code ignored;
    stream.socket().set_option(net::tcp::no_delay(true), ignored);
    stream.notice_dead_peers();
    stream.socket().non_blocking(true, ignored);
    if (endpoint.tls) {
        if (const auto failure = co_await shake_hands(dialing, endpoint, at); failure != Failure::none) {
            if (!given_up) addresses->failed(*reached);
            co_return failure;
        }
    }
    deadline.clear();
    co_return Failure::none;
}

} // namespace weir::upstream
