// The execution layer's JSON-RPC: single calls and batches, the faults on them, and HTTP around them.
#pragma once

#include "answer.hpp"
#include "filters.hpp"

namespace simnode {

/// Methods that belong to one connection: eth_subscribe and its like. Null over HTTP.
class SessionMethods {
  public:
    virtual ~SessionMethods() = default;
    /// The result as JSON, or nothing if the method is none of these. Throws RpcError.
    virtual std::optional<std::string> call(const Call& call) = 0;
};

struct Reply {
    std::string text; // empty when nothing is to be answered
    std::optional<BodyStream> stream;
    Effects effects; // of all calls of a batch together, as far as they concern the message
};

class ElService final : public Service {
  public:
    ElService(ElNode& node, Filters& filters, Faults& faults, Stats& stats)
        : node_(node)
        , filters_(filters)
        , faults_(faults)
        , stats_(stats) {}

    bool quick(const Request& request, std::string& out) override;
    Answer answer(const Request& request) override;

    Reply reply(std::string_view message, Layer layer, const Request* request, SessionMethods* session);

  private:
    struct Source {
        Layer layer;
        const Request* request;
        SessionMethods* session;
        bool batch;
    };
    /// The answer to one call; empty if it wants none.
    std::string answer_call(std::string_view json, const Source& source, Reply& reply);
    std::string perform(const Call& call, const Source& source, const Effects& effects, Reply& reply);

    ElNode& node_;
    Filters& filters_;
    Faults& faults_;
    Stats& stats_;
};

/// What a fault puts in place of the whole answer, if anything.
std::optional<Answer> replacement(const Effects& effects);

} // namespace simnode
