// What is wrong with the node at the moment. Each fault set by the control port adds its own to the
// effects on a request; faults of different kinds combine, the later of two of one kind wins.
#pragma once

#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simnode {

enum class Layer : unsigned { el_http = 1, el_websocket = 2, cl = 4 };

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Effects {
    struct Drip {
        std::uint64_t bytes;
        std::int64_t ms;
    };
    struct Status {
        unsigned status;
        std::string body;
        Headers headers;
    };
    struct Late {
        std::string bytes;
        std::int64_t ms;
    };
    struct Error {
        std::int64_t code;
        std::string message;
        std::optional<std::string> data; // JSON
        std::optional<unsigned> status;
    };

    // How the answer travels.
    bool hang = false;
    std::int64_t delay_ms = 0;
    std::optional<Drip> drip;
    std::optional<std::uint64_t> reset_after; // bytes of the body
    std::optional<std::uint64_t> truncate;    // percent of the body
    bool reset_before_answer = false;
    bool executes_then_resets = false;
    bool gzip = false;
    std::optional<Late> late;            // after the answer
    std::optional<std::string> verbatim; // all bytes of the answer

    // What a WebSocket session does wrong.
    bool deaf = false; // reads and writes nothing, pongs neither, and stays open
    bool early_events = false, duplicate_events = false;

    // What the answer says.
    std::optional<Status> status;
    std::optional<Error> error;
    std::optional<std::string> not_json;
    std::optional<std::uint64_t> giant;
    std::optional<std::uint64_t> chain_id;
    bool null_result = false;
    std::optional<std::string> id;    // JSON; instead of the call's own
    std::optional<std::string> extra; // JSON; one more element of a batch's answer
    bool id_last = false;
    bool padded = false; // quantities have a zero in front
    bool marked = false; // a byte order mark stands in front
    struct BatchLimit {
        std::uint64_t calls;
        Error error;
        bool in_array, names_first;
    };
    std::optional<BatchLimit> batch_limit;
    bool batch_reversed = false;
    bool empty_logs = false;

    // What the node believes of the chain and of itself.
    struct Invention {
        std::uint64_t blocks, per_second;
    };
    std::optional<std::uint64_t> frozen_head, wiped;
    std::optional<Invention> invents;
    std::int64_t number_off = 0; // in the heads that it announces
    bool wrong_parent = false, other_genesis = false, no_genesis = false;
    std::uint64_t lag = 0, lie = 0;
    std::optional<std::string> syncing_object; // JSON; what eth_syncing gives then
    bool syncing = false, optimistic = false, el_offline = false;
    std::optional<unsigned> health_status;

    /// The last block that the node has, when the chain is at `head`.
    std::uint64_t visible_head(std::uint64_t head) const {
        if (wiped) return *wiped;
        auto known = frozen_head.value_or(head);
        return known - std::min(lag, known);
    }
    /// The number that it gives as its head.
    std::uint64_t claimed_head(std::uint64_t head) const { return visible_head(head) + lie; }
};

class Faults {
  public:
    /// Throws std::invalid_argument with a reason for the tester. `head`: where freeze stops.
    std::uint64_t add(const boost::json::object& fault, std::uint64_t head);
    void clear() { faults_.clear(); }
    void clear(std::uint64_t id);

    bool none(Layer layer) const;
    /// The effects on one request, which count it.
    Effects take(Layer layer, std::string_view name);
    /// The same for what is no request: an event, say.
    Effects look(Layer layer, std::string_view name) const;
    /// A fault of kind `refuse` is on.
    bool refuses(Layer layer) const;

    static unsigned layers_of(const boost::json::object& fault);

  private:
    struct Fault {
        std::uint64_t id;
        unsigned layers;
        std::string match;
        std::optional<std::uint64_t> left; // requests that it still affects
        bool refuse;
        std::function<void(Effects&)> apply;

        bool concerns(Layer layer, std::string_view name) const;
    };
    std::list<Fault> faults_;
    std::uint64_t last_id_ = 0;
};

} // namespace simnode
