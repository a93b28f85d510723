// One worker: a thread with its own event loop, listening sockets, upstream pools and counters. A request is
// born, served and dies here; nothing of it is seen by another thread.
#pragma once

#include "admin/view.hpp"
#include "el/ws_endpoint.hpp"
#include "feeds/board.hpp"
#include "forward/context.hpp"
#include "net/server_connection.hpp"
#include "net/tls.hpp"
#include "server/gate.hpp"
#include "server/routes.hpp"

#include <boost/intrusive/list.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace weir::server {

/// A client's connection for as long as it lasts.
struct Session
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    Session(net::Socket socket, net::DeadlineWheel& wheel, const net::ServerLimits& limits)
        : connection(std::move(socket), wheel, limits) {}
    net::ServerConnection connection;
};

struct WorkerSettings {
    net::ServerLimits limits;
    std::size_t max_connections = 1;        ///< of this worker, on each of its listeners
    std::shared_ptr<net::RenewableTls> tls; ///< null: plain
    Layout layout;
    std::size_t workers = 1;
    std::size_t max_buffered_bytes = 0;
    std::size_t max_filter_bytes = 0;
};

/// What all workers share: written rarely, read without a lock.
struct Common {
    nodes::SeenHeads seen_heads;
    std::atomic<std::size_t> ws_sessions{0};
    el::Holdings filters, subscriptions;
};

class Worker {
  public:
    /// `index`: among the workers, as the hub knows it.
    Worker(std::size_t index, WorkerSettings settings, metrics::WorkerMetrics& metrics,
           forward::EvidenceSink& evidence, feeds::HubPort& hub, el::FilterPort& filters, Common& common);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Before start(), on the starting thread:
    /// The descriptor of a bound, listening socket; it is the worker's from here on.
    void listen(int descriptor, bool ipv6, Purpose purpose, Door door);
    void set_admin_view(admin::View view) { admin_ = std::move(view); }
    void adopt_now(std::shared_ptr<const nodes::Snapshot> snapshot) { context_.adopt(std::move(snapshot)); }
    void start();

    // Any thread:
    void adopt(std::shared_ptr<const nodes::Snapshot> snapshot);
    /// Runs something on the worker's thread with its board, after what was posted before has finished.
    void post(std::function<void(feeds::Board&)> action);
    void post_to_filters(std::function<void(el::Filters&)> action);
    /// Takes no new connection, answers what is in flight, and ends after `grace` at the latest.
    void drain(net::milliseconds grace);
    void join();

  private:
    struct Listener {
        Listener(net::IoContext& io, const net::tcp& protocol, int descriptor, Purpose what, Door way)
            : acceptor(io, protocol, descriptor)
            , purpose(what)
            , door(std::move(way)) {}
        net::Acceptor acceptor;
        Purpose purpose;
        Door door;
        std::size_t sessions = 0; ///< a crowd of clients keeps nobody from the admin address
    };

    net::Task<> accept_loop(Listener& listener);
    net::Task<> serve(net::Socket socket, Listener& listener);
    net::Task<> serve_requests(net::ServerConnection& client, const Listener& listener);
    net::Task<> refuse(net::ServerConnection& client);

    // What becomes of a request whose head is there: dispatch.cpp.
    net::Task<> dispatch(net::ServerConnection& client, const Listener& listener);
    net::Task<> answer_itself(net::ServerConnection& client, Route route);
    net::Task<> answer_options(net::ServerConnection& client, Route route);
    net::Task<> turn_away(net::ServerConnection& client, Route route, Refusal refusal);
    std::optional<Refusal> keep_from(net::ServerConnection& client, const Listener& listener, Route route);
    void run_board();
    void end_if_idle();
    void cut_off();

    WorkerSettings settings_;
    net::IoContext io_{1};
    net::DeadlineWheel wheel_{io_};
    forward::Context context_;
    feeds::Board board_;
    std::deque<std::function<void(feeds::Board&)>> for_board_;
    el::RandomIds ids_;
    /// What clients make a worker keep for as long as they like: apart from request bodies, so that whoever
    /// fills it takes nothing from other requests.
    net::ByteBudget kept_;
    el::Filters filters_;
    el::WsEndpoint websockets_;
    admin::View admin_;
    std::vector<std::unique_ptr<Listener>> listeners_;
    boost::intrusive::list<Session, boost::intrusive::constant_time_size<false>> sessions_;
    net::Timer grace_{io_};
    bool draining_ = false;
    std::thread thread_;
};

} // namespace weir::server
