#include "el/batch_part.hpp"

#include "chain/answer_id.hpp"
#include "chain/json_members.hpp"
#include "el/errors.hpp"
#include "el/single_call.hpp"

#include <algorithm>

namespace weir::el {

using chain::Answer;
using chain::Safety;
using forward::BatchLimits;
using net::Clock;
using net::Task;
using routing::Action;
using routing::Verdict;
using Refusal = chain::BatchRefusal;

namespace {

constexpr Verdict await_more{Action::more, {}, false, false};

/// The raw error in a JSON-RPC answer.
std::string_view error_in(std::string_view answer) {
    std::string_view error;
    chain::each_member(answer, [&](std::string_view key, std::string_view value) {
        if (key == "error") error = value;
        return true;
    });
    return error;
}

/// Nothing has run: whoever answered looked at the request's head, or at who sent it, and no further.
bool turned_away(const Verdict& verdict) {
    static constexpr std::string_view reasons[] = {"http_429", "rate_limit", "not_allowed", "no_method",
                                                   "http_4xx"};
    return verdict.action == Action::next &&
           std::find(std::begin(reasons), std::end(reasons), verdict.reason) != std::end(reasons);
}

} // namespace

BatchPart::Item* BatchPart::item_of(std::string_view id, std::size_t from) {
    auto& items = batch_.items_;
    const auto awaits = [&](const Item& item) {
        return !item.call.id.empty() && !item.matched && went(item);
    };
    if (batch_.ids_ == Ids::ours) {
        const auto number = chain::own_id(id);
        if (!number || *number < batch_.first_id_) return nullptr;
        const auto index = *number - batch_.first_id_;
        if (index < stretch_.begin || index >= sending_.end) return nullptr;
        return awaits(items[index]) ? &items[index] : nullptr;
    }
    // As it was sent, if any has it so: a batch may hold both 1 and 1.0.
    Item* alike = nullptr;
    const auto count = sending_.end - stretch_.begin;
    for (std::size_t k = 0; k < count; ++k) {
        Item& item = items[stretch_.begin + (from + k) % count];
        if (!awaits(item)) continue;
        if (item.call.id == id) return &item;
        if (!alike && chain::same_id(item.call.id, id)) alike = &item;
    }
    return alike;
}

BatchPart::Addressees BatchPart::match(const std::vector<chain::BatchElement>& elements,
                                       std::vector<Finding>& findings) {
    each_item(sending_.end, [](Item& item) { item.matched = false; });
    findings.reserve(elements.size());
    auto all = Addressees::ours;
    std::size_t next = 0; // nodes mostly answer in order
    for (const auto& element : elements) {
        const auto id = element.answer.id;
        Item* item = id.empty() ? nullptr : item_of(id, next);
        if (item) {
            item->matched = true;
            const auto index = static_cast<std::size_t>(item - batch_.items_.data()) - stretch_.begin;
            if (index < next && all == Addressees::ours) all = Addressees::shuffled;
            next = index + 1;
            // Of what another lane has brought meanwhile, the first answer counts.
            if (item->pending()) findings.push_back({item, &element, {}, false});
        } else if (id.empty() || id == "null") { // nobody is given it
            all = Addressees::strays;
        } else {
            return Addressees::foreign;
        }
    }
    return all;
}

Verdict BatchPart::judge_element(Item& item, const Answer& answer, const forward::Received& received) {
    auto& context = *batch_.context_;
    const auto judgement = judge_answer(item.question, {*batch_.layer_, context.seen_heads, *batch_.history_},
                                        {answer, answer.result, true, false, item.sent || received.retry},
                                        received, batch_.shortfall_);
    Verdict verdict = judgement.verdict;
    if (verdict.action != Action::next || item.kept.empty()) item.error_class = verdict.error_class;
    if (verdict.action == Action::next && verdict.error_class == chain::ErrorClass::no_method)
        context.lacks_method(received.node.node->id, item.question.traits.index, Clock::now());
    if (verdict.action == Action::answer_hash) item.error_class.reset();
    if (verdict.action == Action::ask_for_hash) {
        item.in_doubt = !item.hash.empty();
        verdict = {};
    }
    if (verdict.action == Action::answer_hash && item.hash.empty()) verdict = {};
    if (judgement.told) note(batch_.told_, *judgement.told);
    return verdict;
}

/// What must not run twice, and may have run, is not sent again: it gets this error.
void BatchPart::take_unrepeated(std::string_view error, chain::ErrorClass error_class) {
    each_item(sending_.end, [&](Item& item) {
        if (!is_asked(item)) return;
        item.sent = true;
        if (!item.once()) return;
        if (item.call.id.empty()) return batch_.silence(item);
        batch_.finish(item, error_answer(item.call.id, error));
        item.error_class = error_class;
    });
}

/// The node takes less at once: that is remembered, and this run is over.
Verdict BatchPart::refuse(const Refusal& refusal, const Answer& answer, std::string_view error,
                          chain::ErrorClass error_class) {
    auto& context = *batch_.context_;
    const auto half = std::max<std::size_t>(1, sending_.calls / 2);
    switch (refusal.kind) {
    case Refusal::Kind::too_large: {
        const auto bytes = std::max<std::size_t>(1, sending_.bytes / 2);
        context.batch_limits.learn(sending_.node_id, {.bytes = bytes}, Clock::now());
        break;
    }
    case Refusal::Kind::too_many: {
        const auto calls = std::max<std::size_t>(1, refusal.most.value_or(half));
        context.batch_limits.learn(sending_.node_id, {.calls = calls}, Clock::now());
        break;
    }
    case Refusal::Kind::unclear:
        batch_.suppose(sending_.node_id, half, hash_of(answer));
    }
    context.metrics.nodes[sending_.node_id].refused_batches.add();
    if (!refusal.certain) take_unrepeated(error, error_class);
    each_item(sending_.end, [](Item& item) { item.tried = false; }); // whatever other nodes did with it
    refused_ = true;
    return {};
}

Verdict BatchPart::judge_object(const AnswerText& text, const forward::Received& received) {
    routing::ElAnswer facts;
    facts.http_status = static_cast<int>(received.head.status);
    facts.answer = chain::scan_answer(text.text, true);
    const auto& answer = facts.answer;
    const bool error = answer.kind == Answer::Kind::error;
    const bool speaks = error || answer.kind == Answer::Kind::result;
    if (sending_.alone && speaks) {
        std::vector<chain::BatchElement> one{{text.text, answer}};
        return judge_elements(one, received);
    }
    each_item(sending_.end, [](Item& item) { item.matched = false; });
    const bool names_a_call = !answer.id.empty() && !(answer.id == "null" && error);
    facts.foreign = names_a_call && !item_of(answer.id, 0);
    if (facts.foreign) {
        if (const auto verdict = routing::judge_el(facts); verdict.foreign) return verdict;
    }
    const auto own_words = "{\"code\":" + std::to_string(internal_error) +
                           ",\"message\":\"the node's answer to the batch is not JSON-RPC (HTTP " +
                           std::to_string(received.head.status) + ")\"}";
    const auto said = error ? error_in(text.text) : std::string_view(own_words);
    if (answer.kind == Answer::Kind::batch) facts.answer.kind = Answer::Kind::not_json; // to one call
    facts.foreign = false;
    facts.method.safety = Safety::read;
    const Verdict verdict = routing::judge_el(facts);
    const auto error_class = verdict.error_class.value_or(chain::ErrorClass::other);
    const auto refusal = chain::batch_refusal(facts.http_status, answer, text.text, sending_.calls);
    // One call that is too large by itself is too large in any form.
    const bool itself =
        sending_.alone || (sending_.calls == 1 && refusal && refusal->kind == Refusal::Kind::too_large);
    if (refusal && !itself) return refuse(*refusal, answer, said, error_class);
    if (sending_.alone && refusal) batch_.went_alone(sending_.node_id, answer);
    if (answer.kind == Answer::Kind::result) { // a node that knows no batches, and answers what it has read
        std::vector<chain::BatchElement> one{{text.text, answer}};
        return judge_elements(one, received);
    }
    note_trouble(batch_.shortfall_, answer, verdict);
    if (!turned_away(verdict)) take_unrepeated(said, error_class);
    bool left = false;
    each_item(sending_.end, [&](Item& item) {
        if (!is_asked(item)) return;
        item.tried = true;
        if (item.call.id.empty()) return batch_.silence(item);
        if (error) batch_.keep(item, error_answer(item.call.id, said), error_class);
        if (verdict.action == Action::next) {
            left = true;
            return;
        }
        item.in_doubt = item.in_doubt || (item.sent && item.raw());
        batch_.finish(item, error_answer(item.call.id, said));
    });
    return left ? verdict : Verdict{};
}

Verdict BatchPart::judge(const forward::Received& received) {
    for (const auto& sending : sendings_) {
        if (sending.node_id == received.node.node->id) sending_ = sending;
    }
    pass_through_ = refused_ = cut_short_ = false;
    const auto verdict = judge_all(received);
    if (verdict.action == Action::next)
        batch_.shortfall_.refused_by.push_back({received.node.node->id, received.node_head});
    for (std::size_t i = sending_.end; i < stretch_.end; ++i)
        cut_short_ = cut_short_ || is_asked(batch_.items_[i]);
    return verdict;
}

bool BatchPart::awaits_answer() const {
    for (std::size_t i = stretch_.begin; i < sending_.end; ++i) {
        const auto& item = batch_.items_[i];
        if (is_asked(item) && !item.call.id.empty()) return true;
    }
    return false;
}

Verdict BatchPart::judge_all(const forward::Received& received) {
    // Notifications have no answer to judge (JSON-RPC 2.0 §6): the node says nothing at all.
    if (received.head.status < 300 && !awaits_answer()) {
        each_item(sending_.end, [&](Item& item) {
            if (is_asked(item)) batch_.silence(item);
        });
        pass_through_ = sending_.whole;
        return {};
    }
    if (!received.complete) { // judged whole or not at all: nothing is unpacked for every piece that comes
        pass_through_ = sending_.whole; // if it stays so: too long to be judged
        return await_more;
    }
    AnswerText text;
    read_answer(received, batch_.answer_limit(), text);
    if (!text.complete || !text.readable) {
        pass_through_ = sending_.whole; // unpacked it is too long, or it is unreadable
        return text.readable ? await_more : Verdict{};
    }
    std::vector<chain::BatchElement> elements;
    const bool array = chain::scan_batch_answer(text.text, elements);
    if (!array || (sending_.alone && elements.size() != 1)) return judge_object(text, received);
    if (const auto refusal = chain::batch_refusal(elements, sending_.calls)) {
        const auto& answer = elements.front().answer;
        return refuse(*refusal, answer, error_in(elements.front().text), chain::classify_error(answer, {}));
    }
    return judge_elements(elements, received);
}

namespace {

/// An answer to other calls.
Verdict judge_foreign(const forward::Received& received) {
    routing::ElAnswer facts;
    facts.http_status = static_cast<int>(received.head.status);
    facts.answer.kind = Answer::Kind::batch;
    facts.foreign = true;
    return routing::judge_el(facts);
}

} // namespace

Verdict BatchPart::judge_elements(const std::vector<chain::BatchElement>& elements,
                                  const forward::Received& received) {
    std::vector<Finding> findings;
    auto addressees = Addressees::ours;
    if (sending_.alone) {
        Item* item = nullptr;
        each_item(sending_.end, [&](Item& one) { item = went(one) ? &one : item; });
        const auto own = batch_.own_id(static_cast<std::size_t>(item - batch_.items_.data()));
        const auto sent = own == 0 ? std::string(item->call.id) : std::to_string(own);
        const auto& answer = elements.front().answer;
        item->matched = true;
        if (chain::names_another(answer, sent)) addressees = Addressees::foreign;
        if (item->pending()) findings.push_back({item, &elements.front(), {}, false});
        if (addressees != Addressees::foreign) batch_.went_alone(sending_.node_id, answer);
    } else {
        addressees = match(elements, findings);
    }
    if (addressees == Addressees::foreign) return judge_foreign(received);
    Verdict summary{};
    const Answer* crowded_out = nullptr;
    bool all_final = addressees == Addressees::ours && findings.size() == elements.size();
    for (auto& finding : findings) {
        finding.verdict = judge_element(*finding.item, finding.element->answer, received);
        if (finding.verdict.action == Action::next && summary.action != Action::next)
            summary = finding.verdict;
        finding.again =
            sending_.calls > 1 && !finding.item->once() && chain::was_crowded_out(finding.element->answer);
        if (finding.again) crowded_out = &finding.element->answer;
        all_final = all_final && !finding.again && finding.verdict.action == Action::deliver &&
                    !finding.item->in_doubt;
    }
    each_item(sending_.end, [&](Item& item) {
        if (!is_asked(item)) return;
        item.sent = item.tried = true;
        if (item.matched) return;
        if (item.call.id.empty()) return batch_.silence(item);
        all_final = false;
        if (item.once()) { // it may have run: no second time
            batch_.finish(item, error_object(item.call.id, internal_error,
                                             "the node did not answer this call; it was not repeated"));
        } else if (summary.action != Action::next) {
            summary = {Action::next, "bad_answer", false, false};
        }
    });
    if (sending_.whole && all_final) {
        pass_through_ = true;
        Verdict whole{};
        whole.is_result = std::any_of(findings.begin(), findings.end(),
                                      [](const Finding& finding) { return finding.verdict.is_result; });
        return whole;
    }
    const auto verdict = conclude(findings, summary);
    if (!crowded_out) return verdict;
    batch_.suppose(sending_.node_id, std::max<std::size_t>(1, sending_.calls / 2), hash_of(*crowded_out));
    batch_.context_->metrics.nodes[sending_.node_id].refused_batches.add();
    each_item(sending_.end, [](Item& item) { item.tried = false; });
    refused_ = true;
    return {};
}

Verdict BatchPart::conclude(const std::vector<Finding>& findings, Verdict summary) {
    for (const auto& [found, element, verdict, again] : findings) {
        Item& item = *found;
        if (again) continue;
        if (verdict.action == Action::next) {
            if (!item.kept.empty()) continue;
            item.kept = batch_.own_answer(item, element->text, sending_.alone);
            item.lacked = verdict.reason == "no_method";
        } else if (verdict.action == Action::answer_hash) {
            batch_.finish(item, string_result(item.call.id, item.hash));
        } else {
            batch_.finish(item, batch_.own_answer(item, element->text, sending_.alone));
        }
    }
    bool left = false;
    each_item(sending_.end, [&](Item& item) { left = left || is_asked(item); });
    return left ? summary : Verdict{};
}

Verdict BatchPart::failed(routing::FailureKind kind, bool sent) {
    bool left = false;
    // What must not run twice is never with two nodes at once: the last sending is the one that failed.
    for (std::size_t i = stretch_.begin; i < stretch_.end; ++i) {
        Item& item = batch_.items_[i];
        if (!is_asked(item)) continue;
        const bool went_along = sent && i < sending_.end;
        item.tried = item.tried || went_along || !sent;
        if (went_along && item.once()) {
            batch_.finish(item, error_object(item.call.id, internal_error,
                                             "the node failed after the call was sent; it was not repeated, "
                                             "as it may have run"));
            continue;
        }
        item.sent = item.sent || sent;
        left = true;
    }
    const Verdict verdict = routing::judge_failure(kind, sent, Safety::read);
    return left ? verdict : Verdict{Action::deliver, verdict.reason, false, false};
}

} // namespace weir::el
