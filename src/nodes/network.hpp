// Which network the nodes of a layer are of. What a node says of its own is compared with what the layer has
// learned; once that is known it is pinned: whoever comes later with another is the stranger, whatever its
// place in the order. Pure: no clock and no socket.
//
//              every node has spoken, or been       say otherwise than each other
//              asked again since, and all agree     and nothing is configured
//   pinned <----------------------------------- open --------------------------> disputed: none of them is
//   used
//                                                ^                                      |
//                                                +--------------------------------------+
//                                                   they agree, or one has been removed
//
// While it is open, nobody is used before every node has had its first word, `patience` at the most: else the
// quicker of two nodes would decide, and clients be told of both chains.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weir::nodes {

/// What a node says of its network; what it does not tell is unknown and speaks against nothing.
struct NetworkId {
    std::optional<std::uint64_t> chain_id; ///< EL
    std::string genesis;                   ///< EL: block 0's hash; CL: genesis_validators_root
    std::string details;                   ///< CL: genesis time and fork version

    bool known() const { return chain_id || !genesis.empty(); }
    bool operator==(const NetworkId&) const = default;
};

/// In words, what of `said` is not as `expected`; empty: nothing.
std::string difference(const NetworkId& said, const NetworkId& expected);
/// "0x1, genesis 0xd4e56740…"
std::string describe(const NetworkId& network);

class Network {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds patience{250};
    /// After that a genesis on which every configured node insists is believed: the chain was made anew.
    static constexpr std::chrono::seconds remade_is_believed{10};

    /// What is known of one node.
    struct Voice {
        const NetworkId* said = nullptr;
        bool answers = false;         ///< its last check was answered
        Clock::time_point asked_at{}; ///< when its last check that came to an end began
        bool checked = false;         ///< there was one
    };
    /// What speaks against one node.
    struct Finding {
        std::string fault;  ///< it is of another network, or nobody knows whether it is
        bool early = false; ///< others have not had their first word yet
    };

    /// `chain_id` of the file. Another one than what was learned forgets that.
    void configure(std::optional<std::uint64_t> chain_id);
    std::vector<Finding> judge(std::span<const Voice> voices, Clock::time_point now);

    /// What a node must be of, as far as it is known.
    const NetworkId& expected() const { return pinned_; }
    bool pinned() const { return is_pinned_; }
    bool disputed() const { return disputed_; }
    /// When the waiting for first words is over, if it is on.
    std::optional<Clock::time_point> patience_ends() const { return patience_ends_; }

  private:
    void learn(std::span<const Voice> voices, const std::vector<Finding>& findings, Clock::time_point now);
    void wait_for_first_words(std::span<const Voice> voices, std::vector<Finding>& findings,
                              Clock::time_point now);
    void believe_remade(std::span<const Voice> voices, Clock::time_point now);

    NetworkId pinned_; ///< with a configured chain id, that at least
    bool is_pinned_ = false;
    bool disputed_ = false;
    std::optional<std::uint64_t> configured_;
    std::optional<Clock::time_point> first_word_at_, patience_ends_, remade_since_;
};

} // namespace weir::nodes
