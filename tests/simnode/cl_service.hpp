// The consensus layer's Beacon API.
#pragma once

#include "answer.hpp"
#include "chain.hpp"
#include "event_hub.hpp"
#include "head_follower.hpp"

namespace simnode {

class ClService final : public Service {
  public:
    ClService(Chain& chain, Faults& faults, Stats& stats, const Options& options);

    Answer answer(const Request& request) override;
    HeadFollower& follower() { return follower_; }
    EventHub& events() { return events_; }

  private:
    struct Context {
        const Request& request;
        const Effects& effects;
        std::vector<std::string_view> path; // its segments
        std::uint64_t head;                 // the last block that this node has
        /// Pattern segments that are "*" match any one.
        bool matches(std::initializer_list<std::string_view> pattern) const;
    };

    Answer respond(const Request& request, const Effects& effects);
    std::optional<Answer> node_answer(const Context& context) const;
    std::optional<Answer> beacon_answer(const Context& context) const;
    std::optional<Answer> post_answer(const Context& context) const;
    Answer debug_state(const Context& context) const;
    Answer event_stream(const Request& request);
    std::optional<Block> block_of(const Context& context, std::string_view id) const;
    Answer block_answer(const Context& context, std::string_view id, std::string_view what) const;
    Answer attester_duties(const Context& context) const;
    std::uint64_t chain_id(const Effects& effects) const {
        return effects.chain_id.value_or(options_.chain_id);
    }

    Chain& chain_;
    Faults& faults_;
    Stats& stats_;
    const Options& options_;
    EventHub events_;
    HeadFollower follower_;
};

} // namespace simnode
