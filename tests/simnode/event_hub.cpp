#include "event_hub.hpp"

namespace simnode {

EventHub::Topics EventHub::topics_of(std::string_view target) {
    Topics topics;
    auto query = std::string(target.substr(std::min(target.find('?'), target.size())));
    for (auto encoded : {"%2C", "%2c"})
        for (std::size_t at; (at = query.find(encoded)) != query.npos;)
            query.replace(at, 3, ",");
    std::string_view rest = query;
    while (!rest.empty()) {
        rest.remove_prefix(1); // ? or &
        auto end = std::min(rest.find('&'), rest.size());
        auto pair = rest.substr(0, end);
        rest.remove_prefix(end);
        if (!pair.starts_with("topics=")) continue;
        for (pair.remove_prefix(7); !pair.empty();) {
            auto comma = std::min(pair.find(','), pair.size());
            topics.emplace(pair.substr(0, comma));
            pair.remove_prefix(std::min(comma + 1, pair.size()));
        }
    }
    return topics;
}

void EventHub::send(std::string_view topic, const std::string& data) {
    std::string text = "event: ";
    ((text += topic) += "\ndata: ") += data;
    text += "\n\n";
    auto listeners = listeners_; // one that does not read is closed by this
    for (auto& listener : listeners)
        if (auto sink = listener.sink.lock(); sink && listener.topics.contains(topic)) sink->send(text);
}

std::uint64_t EventHub::open() {
    std::erase_if(listeners_, [](const Listener& listener) { return listener.sink.expired(); });
    return listeners_.size();
}

} // namespace simnode
