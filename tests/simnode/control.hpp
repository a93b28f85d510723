// The port through which a test moves the chain, breaks the node, and asks what came in.
#pragma once

#include "answer.hpp"
#include "chain.hpp"
#include "server.hpp"

#include <boost/json/object.hpp>

namespace simnode {

class Control final : public Service {
  public:
    Control(Chain& chain, Faults& faults, Stats& stats)
        : chain_(chain)
        , faults_(faults)
        , stats_(stats) {}

    Answer answer(const Request& request) override;

    Server* el = nullptr;
    Server* cl = nullptr;
    std::function<void()> drop_websockets;
    /// Called when faults came or went: they may change what the head is.
    std::function<void()> on_faults;
    std::function<std::uint64_t()> event_streams;

  private:
    using Json = boost::json::object;
    Json act(std::string_view path, const Json& body);
    Json add_fault(const Json& body);
    Json stats() const;
    void drop_sockets(unsigned layers);
    void faults_changed();

    Chain& chain_;
    Faults& faults_;
    Stats& stats_;
};

} // namespace simnode
