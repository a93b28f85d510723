// One worker: a thread with its own event loop, listening sockets, upstream pools and counters. A request is
// born, served and dies here; nothing of it is seen by another thread.
#pragma once

#include "admin/view.hpp"
#include "el/ws_endpoint.hpp"
#include "feeds/board.hpp"
#include "forward/context.hpp"
#include "log/now_and_then.hpp"
#include "net/server_connection.hpp"
#include "net/tls.hpp"
#include "server/gate.hpp"
#include "server/places.hpp"
#include "server/routes.hpp"

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace weir::server {

struct WorkerSettings {
    net::ServerLimits limits;
    std::shared_ptr<net::RenewableTls> tls; ///< null: plain
    Layout layout;
    std::size_t workers = 1;
    std::size_t max_buffered_bytes = 0;
    std::size_t max_filter_bytes = 0;
};

/// What all workers share: written rarely, read without a lock.
struct Common {
    PlaceLimits places;
    upstream::ConnectionBudget node_connections;
    log::NowAndThen turned_away{std::chrono::seconds(10)}, not_accepted{std::chrono::seconds(10)};
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
    };

    net::Task<> accept_loop(Listener& listener);
    net::Task<> serve(net::Socket socket, const Listener& listener, Place place);
    net::Task<> serve_requests(Session& session, const Listener& listener);
    net::Task<> refuse(net::ServerConnection& client);

    // Where there are more clients than may be: places.cpp.
    std::optional<Place> place_for(Purpose purpose);
    bool settle(Session& session, Purpose purpose);
    void turn_back(net::Socket socket, const Listener& listener);
    void note_turned_away();
    net::Task<> refuse_crowd(net::ServerConnection& client);

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
    net::ServerLimits spare_limits_;
    Common& common_;
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
    Sessions sessions_;
    Waiting waiting_; ///< clients
    WaitingSessions
        spares_; ///< those that have been answered, then those that have not asked yet, the oldest first
    /// By Purpose: a crowd of clients keeps nobody from the admin address.
    std::array<std::size_t, 3> taken_{};
    std::size_t spares_taken_ = 0;
    net::Timer grace_{io_};
    bool draining_ = false;
    std::thread thread_;
};

} // namespace weir::server
