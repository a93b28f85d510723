#include "el/judgement.hpp"

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

} // namespace

Question understand(const chain::Call& call, const config::Global& limits) {
    Question question{chain::traits_of(call.method), {}};
    question.kind =
        forward::kind_of_method(question.traits.index, chain::known_methods().size(), call.method);
    const auto& safe = limits.safe_methods;
    if (!safe.empty() && std::find(safe.begin(), safe.end(), call.method) != safe.end())
        question.traits.safety = chain::Safety::read;
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

Judgement judge_answer(const Question& question, const Standing& standing, const chain::Answer& answer,
                       std::string_view text, bool complete, bool sent_before,
                       const forward::Received& received, Shortfall& shortfall) {
    const auto& history = standing.history;
    bool unread = false;
    std::optional<chain::ToldBlock> block;
    if (question.traits.safety == chain::Safety::read)
        block = chain::told_block(question.traits, question.block, answer, text, complete, unread);
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
    facts.retry = sent_before;
    facts.software = received.node.client_version;
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
    if (verdict.too_early) {
        shortfall.too_early = true;
        // A pending block is a guess: a moment is all that it is worth.
        shortfall.fell_back = shortfall.fell_back || (verdict.fell_back && tag != HeadTag::pending);
        shortfall.named_block = std::max(shortfall.named_block, facts.named_block);
    }
    return judgement;
}

} // namespace weir::el
