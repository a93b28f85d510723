// What a test may ask about afterwards. Counted by both layers, read by the control port.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace simnode {

using Counts = std::map<std::string, std::uint64_t, std::less<>>;

inline void count(Counts& counts, std::string_view name) {
    auto found = counts.find(name);
    if (found == counts.end()) found = counts.emplace(name, 0).first;
    ++found->second;
}

struct Stats {
    struct Layer {
        std::uint64_t requests = 0;
        Counts by_name; // methods on the execution layer, paths on the consensus layer
        std::uint64_t connections_open = 0, connections_accepted = 0;
    };
    struct WebSockets {
        std::uint64_t open = 0, accepted = 0, messages = 0, pings = 0, subscriptions_open = 0;
    };
    /// The streamed answer begun last; shared with the connection that sends it.
    struct Stream {
        std::uint64_t bytes = 0;
        bool complete = false;
    };

    Layer el, cl;
    WebSockets websockets;
    std::uint64_t block_numbers = 0, chain_ids = 0; // the two fast methods, kept out of the map
    Counts executions;                              // transactions taken into the pool, by hash
    Counts submissions;                             // the same with those known already
    std::uint64_t send_transactions = 0;
    std::shared_ptr<Stream> last_stream = std::make_shared<Stream>();

    std::shared_ptr<Stream> begin_stream() { return last_stream = std::make_shared<Stream>(); }

    /// Gauges keep their values: what is open stays open.
    void reset() {
        for (auto* layer : {&el, &cl}) {
            layer->requests = layer->connections_accepted = 0;
            layer->by_name.clear();
        }
        websockets.accepted = websockets.messages = websockets.pings = 0;
        block_numbers = chain_ids = send_transactions = 0;
        executions.clear();
        submissions.clear();
        last_stream = std::make_shared<Stream>();
    }
};

} // namespace simnode
