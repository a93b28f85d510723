// WebSocket sessions on the execution layer's port and what they subscribed to.
#pragma once

#include "el_objects.hpp"
#include "el_service.hpp"
#include "head_follower.hpp"
#include "server.hpp"

#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <random>

namespace simnode {

struct Subscription {
    enum class Kind { heads, logs, pending, syncing, ticks };
    std::string id;
    Kind kind;
    LogFilter filter;
    bool whole_transactions = false;
};

/// A session as the host sees it.
class Subscriber : public Peer {
  public:
    virtual void notify(const std::string& message) = 0;
    /// From now on it neither reads nor writes, and stays open.
    virtual void mute() = 0;
    std::vector<Subscription> subscriptions;
};

class WsHost final : public WebSocketHost {
  public:
    WsHost(ElNode& node, ElService& service, Faults& faults, Stats& stats);

    void take(Socket socket, std::string received) override;
    void take(TlsStream stream, std::string received) override;

    void set_server(Server& server) { server_ = &server; }
    HeadFollower& follower() { return follower_; }
    /// Tells of a change of syncing, shuts out sessions while the layer refuses, mutes them while it is deaf.
    void faults_changed();
    void abort_all();

    // For sessions.
    ElService& service() { return service_; }
    Faults& faults() { return faults_; }
    Stats& stats() { return stats_; }
    void opened(Subscriber* session);
    void closed(Subscriber* session);
    /// eth_subscribe and eth_unsubscribe, the same in the namespace sim; nothing for any other method.
    std::optional<std::string> call(Subscriber& session, const Call& call);

  private:
    std::string subscribe(Subscriber& session, std::string_view space, const json::array& params);
    std::string unsubscribe(Subscriber& session, const json::array& params);
    std::string new_id();
    void block_came(const Block& block);
    void announce(const Block& block);
    void invent();
    void logs_lost(const Reorg& reorg);
    void transaction_came(const std::string& hash);
    bool silent() const;
    void send_early(Subscriber& session, const Subscription& subscription);
    /// Sends to all subscriptions of a kind; `result` gives JSON, or nothing where there is none to send.
    template <class Result>
    void publish(Subscription::Kind kind, Result result);

    ElNode& node_;
    ElService& service_;
    Faults& faults_;
    Stats& stats_;
    Server* server_ = nullptr;
    HeadFollower follower_;
    bool syncing_ = false;
    boost::asio::steady_timer invention_;
    std::optional<std::uint64_t> invented_; ///< so many blocks, while the fault is on
    std::uint64_t invented_from_ = 0;
    std::unordered_set<Subscriber*> sessions_;
    std::mt19937_64 random_{std::random_device{}()};
};

} // namespace simnode
