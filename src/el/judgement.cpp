#include "el/judgement.hpp"

#include "chain/json_members.hpp"
#include "chain/method_list.hpp"
#include "chain/namespaces.hpp"

#include <algorithm>

namespace weir::el {

using chain::HeadTag;
using routing::Action;

namespace {

/// Beyond it one node's word is no reason to think that the chain has come so far.
bool is_believable(std::uint64_t number, const Standing& standing) {
    const auto known = std::max(standing.layer.head, standing.seen.layer());
    return number <= known || number - known <= routing::out_of_reach;
}

std::optional<Told> what_is_told(const chain::ToldBlock& block, const Standing& standing) {
    // The latest head is measured by the health checks, which take a lie back.
    if (block.tag != HeadTag::latest && !is_believable(block.number, standing)) return std::nullopt;
    return Told{block.number, block.tag};
}

void teach(nodes::SeenHeads& seen, std::uint32_t node_id, const chain::ToldBlock& block, bool delivered) {
    if (!block.hash.empty()) seen.blocks.saw(block.hash, block.number);
    if (block.tag.value_or(HeadTag::latest) == HeadTag::latest) {
        if (delivered) seen.told(node_id, block.number);
        return;
    }
    const auto now = net::Clock::now();
    seen.has(node_id, block.number - (block.tag == HeadTag::pending && block.number > 0 ? 1 : 0));
    seen.told(node_id, *block.tag, block.number, now);
    if (delivered) seen.fell_back(*block.tag, block.number, now);
}

/// The operator's word counts, and of two words the one that names the method more closely. A pattern makes
/// nothing repeatable that is known to change a node, and nothing makes a raw transaction an ordinary read.
chain::Safety safety_of(std::string_view method, const chain::MethodTraits& traits,
                        const config::Global& limits) {
    const auto unsafe = chain::closest(limits.unsafe_methods, method);
    const auto safe = chain::closest(limits.safe_methods, method);
    if (unsafe > safe) return chain::Safety::once;
    if (safe == 0 || traits.safety != chain::Safety::once) return traits.safety;
    const bool known_to_change =
        traits.index < chain::known_methods().size() || !chain::dangerous_namespace(method).empty();
    return known_to_change && safe != chain::fits_exactly ? traits.safety : chain::Safety::read;
}

} // namespace

Question understand(const chain::Call& call, const config::Global& limits) {
    Question question{chain::traits_of(call.method), {}};
    question.kind =
        forward::kind_of_method(question.traits.index, chain::known_methods().size(), call.method);
    question.traits.safety = safety_of(call.method, question.traits, limits);
    if (!call.shadowed.empty()) {
        // A node may read the first of two members of one name.
        const auto other = safety_of(call.shadowed, chain::traits_of(call.shadowed), limits);
        if (other != question.traits.safety && other != chain::Safety::read)
            question.traits.safety = chain::Safety::once;
    }
    if (question.traits.safety == chain::Safety::read)
        question.block = chain::block_param(question.traits, call.params);
    return question;
}

std::uint64_t named_block(const chain::BlockParam& block, const nodes::SeenHeads& seen) {
    if (block.kind == chain::BlockParam::Kind::number) return block.number;
    if (block.kind == chain::BlockParam::Kind::hash) return seen.blocks.number_of(block.hash).value_or(0);
    return block.from;
}

std::uint8_t tag_bit(const chain::BlockParam& block) {
    const auto tag = chain::tag_of(block);
    return tag ? static_cast<std::uint8_t>(1U << static_cast<unsigned>(*tag)) : std::uint8_t{0};
}

void note(chain::ToldHeads& heads, const Told& told) {
    auto& head = heads[told.tag.value_or(HeadTag::latest)];
    head = std::max(head, told.number);
}

void note_trouble(Shortfall& shortfall, const chain::Answer& answer, const routing::Verdict& verdict) {
    constexpr std::size_t longest = 1024;
    if (verdict.error_class == chain::ErrorClass::store_gone ||
        verdict.error_class == chain::ErrorClass::trouble)
        shortfall.trouble = chain::unescaped(answer.error_message.substr(0, longest));
}

Judgement judge_answer(const Question& question, const Standing& standing, const Heard& heard,
                       const forward::Received& received, Shortfall& shortfall) {
    const auto& history = standing.history;
    const auto& answer = heard.answer;
    bool unread = false;
    std::optional<chain::ToldBlock> block;
    if (question.traits.safety == chain::Safety::read && !heard.foreign)
        block =
            chain::told_block(question.traits, question.block, answer, heard.text, heard.complete, unread);
    const auto tag = block && block->tag ? block->tag : chain::tag_of(question.block);
    routing::ElAnswer facts;
    facts.http_status = static_cast<int>(received.head.status);
    facts.answer = answer;
    facts.method = question.traits;
    facts.block = question.block;
    facts.named_block = named_block(question.block, standing.seen);
    facts.node_head = received.node_head;
    facts.layer_head = standing.layer.head;
    facts.best_other_head = received.best_other_head;
    facts.told_head = history.told[HeadTag::latest];
    if (tag) facts.told_tag = history.told.floor(*tag);
    if (block && block->tag) facts.answered_head = block->number;
    facts.strictly = history.strictly;
    facts.retry = heard.sent_before;
    facts.foreign = heard.foreign;
    Judgement judgement;
    auto& verdict = judgement.verdict;
    verdict = routing::judge_el(facts);
    const bool delivered = verdict.action == Action::deliver;
    if (delivered && unread) verdict.action = Action::more;
    if (block && answer.kind == chain::Answer::Kind::result) {
        const auto told = what_is_told(*block, standing);
        if (told) teach(standing.seen, received.node.node->id, *block, delivered);
        if (delivered) judgement.told = told;
    }
    note_trouble(shortfall, answer, verdict);
    if (verdict.too_early) {
        shortfall.too_early = true;
        // A pending block is a guess: a moment is all that it is worth.
        shortfall.fell_back = shortfall.fell_back || (verdict.fell_back && tag != HeadTag::pending);
        shortfall.named_block = std::max(shortfall.named_block, facts.named_block);
    }
    return judgement;
}

} // namespace weir::el
