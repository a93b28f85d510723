// What the attempt loop asks of those who have a request to forward: how to send it, and what to
// make of what comes back. The EL and CL endpoints each have their own.
#pragma once

#include "forward/call_kind.hpp"
#include "net/http_head.hpp"
#include "nodes/snapshot.hpp"
#include "routing/verdict.hpp"
#include "upstream/connection.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::forward {

/// An answer, as far as it has come.
struct Received {
    const nodes::NodeStatus& node;
    const net::Head& head;
    std::string_view body;             ///< without transfer coding; content coding as the node sent it
    bool complete = false;             ///< the body is whole
    bool last_look = false;            ///< nothing more of it is held back before it goes out
    bool retry = false;                ///< some node was sent these bytes before
    std::uint64_t best_other_head = 0; ///< among the candidates left; 0: none is left
    std::uint64_t node_head = 0;       ///< what the node is known to have
};

class Job {
  public:
    /// Sends the request; head and body in one write where possible.
    virtual net::Task<upstream::Failure> send(const nodes::NodeStatus& node,
                                              upstream::Connection& connection) = 0;

    /// May be asked again with more body while it says `more`. Called at least once per answer.
    virtual routing::Verdict judge(const Received& received) = 0;
    /// The attempt brought no answer.
    virtual routing::Verdict failed(routing::FailureKind kind, bool sent) = 0;

    /// How much of this answer is held back before its first byte goes out, so that a node that dies in its
    /// middle can still be hidden. 0: it is passed on as it comes.
    virtual std::size_t hold_limit(const net::Head& answer) const = 0;

    /// For Action::ask_for_hash: does this node know the transaction?
    virtual net::Task<bool> transaction_known(const nodes::NodeStatus& node, net::Clock::time_point at) = 0;

    /// Must not reach a node twice: never sent on a connection that the node may have closed meanwhile.
    virtual bool fresh_connection() const = 0;
    /// Another node may be asked while one is still at it, and whoever answers first is believed. Not what is
    /// published: the second node may have it from the first by then, and say so as an error.
    virtual bool may_be_hedged() const { return !fresh_connection(); }
    /// The attempt failed because of the client, which broke off: that says nothing of the node.
    virtual bool client_failed() const { return false; }
    /// The answer has no body, whatever its head says (HEAD).
    virtual bool bodyless() const = 0;
    /// The answer is JSON, or should be: a byte order mark in front is no part of it (RFC 8259 §8.1).
    virtual bool takes_json(const net::Head& answer) const = 0;
    /// What the node has just said of trouble of its own, for the operator; once.
    virtual std::string take_trouble() { return {}; }

    /// What is learned of nodes from it holds for such calls.
    virtual CallKind kind() const = 0;
    /// It waits for something to happen, for as long as that takes (event streams).
    virtual bool open_ended() const { return false; }

  protected:
    ~Job() = default;
};

} // namespace weir::forward
