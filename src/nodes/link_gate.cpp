#include "nodes/link_gate.hpp"

#include "chain/hex.hpp"
#include "chain/json_members.hpp"
#include "chain/values.hpp"

#include <utility>

namespace weir::nodes {

using upstream::LinkAnswer;

namespace {

constexpr std::size_t hash_digits = 64;

struct Said {
    NetworkId network;
    bool told_chain = false; ///< or that it does not tell
};

std::string hash_in(std::string_view block) {
    std::string hash;
    chain::each_member(block, [&](std::string_view key, std::string_view value) {
        if (key == "hash") hash = chain::hex_of(chain::text_of(value), hash_digits);
        return true;
    });
    return hash;
}

} // namespace

void LinkGate::link_up(std::shared_ptr<upstream::WsLink> link, std::function<void()> answered) {
    link_ = std::move(link);
    answered_ = std::move(answered);
    said_.reset();
    held.reset();
    is_open = false;
    ask();
}

void LinkGate::link_down() {
    link_.reset();
    said_.reset();
    held.reset();
    is_open = false;
}

void LinkGate::ask_again() {
    if (link_ && said_) ask();
}

/// An error says nothing against the link: it is then as good as what the checks find.
void LinkGate::ask() {
    const auto said = std::make_shared<Said>();
    const std::weak_ptr<LinkGate> weak = weak_from_this();
    const std::weak_ptr<upstream::WsLink> asked = link_;
    const auto is_current = [weak, asked] {
        const auto self = weak.lock();
        return self && self->link_ && self->link_ == asked.lock() ? self : nullptr;
    };
    // Whichever comes first: who hangs over block 0 has told its chain id.
    const auto tell = [said, is_current] {
        const auto self = is_current();
        if (!self || !said->told_chain) return;
        self->said_ = said->network;
        self->answered_();
    };
    link_->call("eth_getBlockByNumber", R"(["0x0",false])", [said, tell](const LinkAnswer& answer) {
        if (answer.kind != LinkAnswer::Kind::result) return;
        said->network.genesis = hash_in(answer.json);
        tell();
    });
    link_->call("eth_chainId", "[]", [said, tell](const LinkAnswer& answer) {
        if (answer.kind == LinkAnswer::Kind::lost) return;
        said->told_chain = true;
        if (answer.kind == LinkAnswer::Kind::result)
            said->network.chain_id = chain::read_quantity(chain::text_of(answer.json));
        tell();
    });
}

} // namespace weir::nodes
