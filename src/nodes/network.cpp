#include "nodes/network.hpp"

#include "chain/values.hpp"

#include <algorithm>

namespace weir::nodes {

namespace {

constexpr std::size_t shown_of_a_hash = 10;

std::string brief(const std::string& hash) {
    return hash.size() > shown_of_a_hash ? hash.substr(0, shown_of_a_hash) + "…" : hash;
}

bool differ(const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && a != b;
}

void fill_in(NetworkId& known, const NetworkId& said) {
    if (!known.chain_id) known.chain_id = said.chain_id;
    if (known.genesis.empty()) known.genesis = said.genesis;
    if (known.details.empty()) known.details = said.details;
}

} // namespace

std::string difference(const NetworkId& said, const NetworkId& expected) {
    if (said.chain_id && expected.chain_id && said.chain_id != expected.chain_id)
        return "wrong chain " + chain::to_quantity(*said.chain_id) + ", expected " +
               chain::to_quantity(*expected.chain_id);
    if (differ(said.genesis, expected.genesis))
        return "other genesis " + brief(said.genesis) + ", expected " + brief(expected.genesis);
    if (differ(said.details, expected.details))
        return "other network: " + said.details + ", expected " + expected.details;
    return {};
}

std::string describe(const NetworkId& network) {
    std::string out;
    const auto add = [&](const std::string& what) { out += (out.empty() ? "" : ", ") + what; };
    if (network.chain_id) add(chain::to_quantity(*network.chain_id));
    if (!network.genesis.empty()) add("genesis " + brief(network.genesis));
    if (!network.details.empty()) add(network.details);
    return out.empty() ? "unknown" : out;
}

void Network::configure(std::optional<std::uint64_t> chain_id) {
    configured_ = chain_id;
    if (!chain_id || pinned_.chain_id == chain_id) return;
    pinned_ = {};
    pinned_.chain_id = chain_id;
    is_pinned_ = false;
    first_word_at_.reset();
    remade_since_.reset();
}

std::vector<Network::Finding> Network::judge(std::span<const Voice> voices, Clock::time_point now) {
    believe_remade(voices, now);
    std::vector<Finding> findings(voices.size());
    for (std::size_t i = 0; i < voices.size(); ++i)
        findings[i].fault = difference(*voices[i].said, pinned_);

    disputed_ = false;
    for (std::size_t i = 0; i < voices.size(); ++i) {
        for (std::size_t j = 0; j < i && !disputed_; ++j)
            disputed_ = findings[i].fault.empty() && findings[j].fault.empty() &&
                        !difference(*voices[i].said, *voices[j].said).empty();
    }
    patience_ends_.reset();
    if (!disputed_) {
        learn(voices, findings, now);
        wait_for_first_words(voices, findings, now);
        return findings;
    }
    for (std::size_t i = 0; i < voices.size(); ++i) {
        if (findings[i].fault.empty() && voices[i].said->known())
            findings[i].fault = "disputed chain: " + describe(*voices[i].said) +
                                "; other nodes say otherwise, and nothing that is configured decides";
    }
    return findings;
}

/// Among those who are of the network as far as it is known, nobody contradicts another.
void Network::learn(std::span<const Voice> voices, const std::vector<Finding>& findings,
                    Clock::time_point now) {
    NetworkId merged = pinned_;
    bool any = false;
    for (std::size_t i = 0; i < voices.size(); ++i) {
        if (!findings[i].fault.empty() || !voices[i].said->known()) continue;
        any = true;
        fill_in(merged, *voices[i].said);
    }
    if (is_pinned_) {
        pinned_ = merged;
        return;
    }
    if (!any) return;
    if (!first_word_at_) first_word_at_ = now;
    // Who has said nothing has at least been asked since: what he says later comes later.
    is_pinned_ = std::all_of(voices.begin(), voices.end(), [&](const Voice& voice) {
        return voice.said->known() || (voice.checked && voice.asked_at >= *first_word_at_);
    });
    if (is_pinned_) pinned_ = merged;
}

void Network::wait_for_first_words(std::span<const Voice> voices, std::vector<Finding>& findings,
                                   Clock::time_point now) {
    const bool all_spoke = std::all_of(voices.begin(), voices.end(), [](const auto& v) { return v.checked; });
    if (is_pinned_ || configured_ || !first_word_at_ || all_spoke || now >= *first_word_at_ + patience)
        return;
    patience_ends_ = *first_word_at_ + patience;
    for (auto& finding : findings)
        finding.early = true;
}

/// A development chain that is made anew has its chain id still and another genesis. As long as one node is
/// away or says otherwise it may be the one that is right.
void Network::believe_remade(std::span<const Voice> voices, Clock::time_point now) {
    const bool insist = is_pinned_ && !voices.empty() && pinned_.chain_id && !pinned_.genesis.empty() &&
                        std::all_of(voices.begin(), voices.end(), [&](const Voice& voice) {
                            return voice.answers && voice.said->chain_id == pinned_.chain_id &&
                                   differ(voice.said->genesis, pinned_.genesis) &&
                                   voice.said->genesis == voices.front().said->genesis;
                        });
    if (!insist) {
        remade_since_.reset();
        return;
    }
    if (!remade_since_) remade_since_ = now;
    if (now - *remade_since_ >= remade_is_believed) pinned_ = *voices.front().said;
}

} // namespace weir::nodes
