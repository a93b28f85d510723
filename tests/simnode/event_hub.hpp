// GET /eth/v1/events: who listens for what.
#pragma once

#include "answer.hpp"

#include <set>

namespace simnode {

class EventHub {
  public:
    using Topics = std::set<std::string, std::less<>>;

    /// Every value of the query parameter `topics`, repeated or separated by commas, also encoded ones.
    static Topics topics_of(std::string_view target);

    void add(std::weak_ptr<EventSink> sink, Topics topics) {
        listeners_.push_back({std::move(sink), std::move(topics)});
    }
    void send(std::string_view topic, const std::string& data);
    std::uint64_t open();

  private:
    struct Listener {
        std::weak_ptr<EventSink> sink;
        Topics topics;
    };
    std::vector<Listener> listeners_;
};

} // namespace simnode
