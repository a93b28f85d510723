// What a service gives back for a request: the answer, and how it is to travel. Services only build
// values; the connection does what they say.
#pragma once

#include "faults.hpp"
#include "http_request.hpp"
#include "stats.hpp"

#include <memory>

namespace simnode {

/// The open end of a stream of server-sent events.
class EventSink {
  public:
    virtual ~EventSink() = default;
    virtual void send(std::string_view text) = 0;
};

/// A body that is made while it is sent: 300 MB need no more memory than 64 KiB.
struct BodyStream {
    enum class Filler { letters, octets };
    std::string prefix;
    std::uint64_t from = 0, to = 0; // positions in an endless pattern
    std::string suffix;
    Filler filler = Filler::octets;
    bool chunked = false;
    std::shared_ptr<Stats::Stream> record;

    std::uint64_t size() const { return prefix.size() + (to - from) + suffix.size(); }
};

struct Answer {
    unsigned status = 200;
    std::string_view content_type = "application/json"; // a literal
    Headers headers;
    std::string body;
    std::optional<BodyStream> stream; // instead of body
    /// For an endless answer: called with its open end once the head is sent.
    std::function<void(std::weak_ptr<EventSink>)> subscribe;
    bool close = false;

    // How it travels. See Effects.
    bool hang = false, reset = false, gzip = false;
    std::int64_t delay_ms = 0;
    std::optional<Effects::Drip> drip;
    std::optional<std::uint64_t> reset_after, truncate;
    std::optional<Effects::Late> late;
    std::optional<std::string> verbatim;

    void travel_as(const Effects& effects) {
        hang = effects.hang;
        reset = effects.reset_before_answer || effects.executes_then_resets;
        gzip = effects.gzip;
        delay_ms = effects.delay_ms;
        drip = effects.drip;
        reset_after = effects.reset_after;
        truncate = effects.truncate;
        late = effects.late;
        verbatim = effects.verbatim;
    }
    /// Goes out as it is, at once.
    bool plain() const {
        return !stream && !subscribe && !hang && !reset && !gzip && !drip && !reset_after && !truncate &&
               !late && delay_ms == 0;
    }
};

/// One port's behaviour.
class Service {
  public:
    virtual ~Service() = default;
    /// Appends the whole HTTP answer to `out` if this is one of the requests made a million times.
    virtual bool quick(const Request&, std::string&) { return false; }
    virtual Answer answer(const Request& request) = 0;
};

} // namespace simnode
