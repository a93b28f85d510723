#include "el/batch_call.hpp"

#include "chain/answer_id.hpp"
#include "chain/json_members.hpp"
#include "chain/renumber.hpp"
#include "chain/values.hpp"
#include "el/errors.hpp"
#include "el/requests.hpp"
#include "el/single_call.hpp"

#include <algorithm>

namespace weir::el {

using chain::Answer;
using chain::Safety;
using net::Task;
using routing::Action;
using routing::Verdict;

BatchCall::BatchCall(const net::Head& client, std::string_view body, const chain::Requests& requests,
                     const config::Global& limits, Ids ids, std::uint64_t first_id)
    : client_(client)
    , body_(body)
    , limits_(limits)
    , ids_(ids)
    , first_id_(first_id) {
    items_.reserve(requests.calls.size());
    for (const auto& call : requests.calls) {
        Item& item = items_.emplace_back();
        item.call = call;
        if (!call.valid) {
            give(items_.size() - 1, answer_to_invalid(call));
            continue;
        }
        learn(item);
    }
}

void BatchCall::learn(Item& item) const {
    item.question = understand(item.call, limits_);
    if (item.question.traits.safety == Safety::raw_transaction) {
        item.hash = chain::raw_transaction_hash(item.call.params).value_or(std::string());
    }
}

void BatchCall::give(std::size_t index, std::string answer) {
    Item& item = items_[index];
    item.state = answer.empty() ? Item::State::silent : Item::State::answered;
    item.answer = std::move(answer);
    whole_ = false;
}

void BatchCall::ask_instead(std::size_t index, std::string request) {
    Item& item = items_[index];
    item.instead = std::move(request);
    chain::Requests read;
    chain::scan_requests(item.instead, 1, read);
    item.call = read.calls.front();
    clients_own_ = false;
    learn(item);
}

BatchCall::Item* BatchCall::item_of(std::string_view id, std::size_t from) {
    if (ids_ == Ids::ours) {
        const auto number = chain::own_id(id);
        if (!number || *number < first_id_ || *number - first_id_ >= items_.size()) return nullptr;
        Item& item = items_[*number - first_id_];
        return awaits_answer(item) ? &item : nullptr;
    }
    // As it was sent, if any has it so: a batch may hold both 1 and 1.0.
    Item* alike = nullptr;
    for (std::size_t k = 0; k < items_.size(); ++k) {
        Item& item = items_[(from + k) % items_.size()];
        if (!awaits_answer(item)) continue;
        if (item.call.id == id) return &item;
        if (!alike && chain::same_id(item.call.id, id)) alike = &item;
    }
    return alike;
}

BatchCall::Addressees BatchCall::match(const std::vector<chain::BatchElement>& elements,
                                       std::vector<Finding>& findings) {
    for (auto& item : items_)
        item.matched = false;
    findings.reserve(elements.size());
    auto all = Addressees::ours;
    std::size_t next = 0; // nodes mostly answer in order
    for (const auto& element : elements) {
        const auto id = element.answer.id;
        Item* item = id.empty() ? nullptr : item_of(id, next);
        if (item) {
            item->matched = true;
            next = (static_cast<std::size_t>(item - items_.data()) + 1) % items_.size();
            findings.push_back({item, &element, {}});
        } else if (id.empty() || id == "null") { // nobody is given it
            all = Addressees::strays;
        } else {
            return Addressees::foreign;
        }
    }
    return all;
}

/// An element of a node's answer with the client's id.
std::string BatchCall::own_answer(const Item& item, std::string_view element) const {
    std::string answer(element);
    if (ids_ == Ids::ours) chain::put_id(answer, item.call.id);
    return answer;
}

bool BatchCall::any_pending() const {
    return std::any_of(items_.begin(), items_.end(),
                       [](const Item& i) { return i.state == Item::State::pending; });
}

std::uint64_t BatchCall::highest_named(std::uint64_t most) const {
    std::uint64_t highest = 0;
    for (const auto& item : items_) {
        if (item.state != Item::State::pending) continue;
        const auto named = named_block(item.question.block, *seen_);
        if (named <= most) highest = std::max(highest, named);
    }
    return highest;
}

std::uint8_t BatchCall::wanted_tags() const {
    std::uint8_t tags = 0;
    for (const auto& item : items_) {
        if (item.state == Item::State::pending) tags |= tag_bit(item.question.block);
    }
    return tags;
}

bool BatchCall::any_answered() const {
    return std::any_of(items_.begin(), items_.end(), [](const Item& item) {
        return !item.kept.empty() || (item.state == Item::State::answered && item.call.valid);
    });
}

bool BatchCall::fresh_connection() const {
    return std::any_of(items_.begin(), items_.end(), [](const Item& item) {
        return item.state == Item::State::pending && item.question.traits.safety == Safety::once;
    });
}

Task<upstream::Failure> BatchCall::send(const nodes::NodeStatus& node, upstream::Connection& connection) {
    const bool all = std::all_of(items_.begin(), items_.end(),
                                 [](const Item& item) { return item.state == Item::State::pending; });
    whole_ = all && clients_own_ && ids_ == Ids::clients;
    std::string_view body = body_;
    if (!whole_) {
        auto& pending = connection.request_body;
        pending.assign("[");
        for (std::size_t i = 0; i < items_.size(); ++i) {
            const auto& item = items_[i];
            if (item.state != Item::State::pending) continue;
            if (pending.size() > 1) pending.push_back(',');
            if (ids_ == Ids::ours) {
                chain::append_renumbered(pending, item.call, first_id_ + i);
            } else {
                pending.append(item.call.text);
            }
        }
        pending.push_back(']');
        body = pending;
    }
    return send_json(node.node->http, client_, body, connection);
}

Verdict BatchCall::judge_element(Item& item, const Answer& answer, const forward::Received& received) {
    const auto judgement =
        judge_answer(item.question, {*layer_, *seen_, *history_},
                     {answer, answer.result, true, false, item.sent || received.retry}, received, shortfall_);
    Verdict verdict = judgement.verdict;
    if (verdict.action != Action::next || item.kept.empty()) {
        item.error_class.reset();
        if (verdict.action != Action::answer_hash) item.error_class = verdict.error_class;
    }
    if (verdict.action == Action::ask_for_hash) {
        item.in_doubt = !item.hash.empty();
        verdict = {};
    }
    if (verdict.action == Action::answer_hash && item.hash.empty()) verdict = {};
    if (judgement.told) note(told_, *judgement.told);
    return verdict;
}

Verdict BatchCall::judge_object(const AnswerText& text, const forward::Received& received) {
    // One object for the whole batch: an error of the node's door, or a node without batches.
    routing::ElAnswer facts;
    facts.http_status = static_cast<int>(received.head.status);
    facts.answer = chain::scan_answer(text.text, true);
    for (auto& item : items_)
        item.matched = false;
    const auto id = facts.answer.id;
    const bool names_a_call = !id.empty() && !(id == "null" && facts.answer.kind == Answer::Kind::error);
    facts.foreign = names_a_call && !item_of(id, 0);
    facts.method.safety = fresh_connection() ? Safety::once : Safety::read;
    const Verdict verdict = routing::judge_el(facts);
    if (verdict.foreign) return verdict;
    note_trouble(shortfall_, facts.answer, verdict);
    pass_through_ = verdict.action == Action::deliver && whole_;
    if (verdict.error_class) {
        object_error_ = verdict.error_class;
        if (!whole_) take_for_each(text.text, verdict, *object_error_);
    }
    return verdict.action == Action::more ? Verdict{} : verdict;
}

/// The one object cannot pass through: each call that is left gets its error, with the call's own id.
void BatchCall::take_for_each(std::string_view object, const Verdict& verdict,
                              chain::ErrorClass error_class) {
    std::string_view error;
    chain::each_member(object, [&](std::string_view key, std::string_view value) {
        if (key == "error") error = value;
        return true;
    });
    for (auto& item : items_) {
        if (item.state != Item::State::pending) continue;
        if (item.kept.empty()) {
            item.kept = error_answer(item.call.id, error);
            item.error_class = error_class;
        }
        if (verdict.action != Action::deliver) continue;
        item.state = item.call.id.empty() ? Item::State::silent : Item::State::answered;
        item.answer = item.kept;
        // A node that was asked before may have it.
        item.in_doubt =
            item.in_doubt || (item.sent && item.question.traits.safety == Safety::raw_transaction);
    }
}

Verdict BatchCall::judge(const forward::Received& received) {
    const auto verdict = judge_all(received);
    if (verdict.action == Action::next)
        shortfall_.refused_by.push_back({received.node.node->id, received.node_head});
    return verdict;
}

Verdict BatchCall::judge_all(const forward::Received& received) {
    pass_through_ = false;
    object_error_.reset();
    // Notifications have no answer to judge (JSON-RPC 2.0 §6): the node says nothing at all.
    const bool awaited = std::any_of(items_.begin(), items_.end(), [](const Item& item) {
        return item.state == Item::State::pending && !item.call.id.empty();
    });
    if (!awaited && received.head.status < 300) {
        for (auto& item : items_) {
            if (item.state == Item::State::pending) item.state = Item::State::silent;
        }
        pass_through_ = whole_;
        return {};
    }
    if (!received.complete) {   // judged whole or not at all: nothing is unpacked for every piece that comes
        pass_through_ = whole_; // if it stays so: too long to be judged
        return {Action::more, {}, false, false};
    }
    AnswerText text;
    read_answer(received, answer_limit(), text);
    if (!text.complete || !text.readable) {
        pass_through_ = whole_; // unpacked it is too long, or it is unreadable
        return text.readable ? Verdict{Action::more, {}, false, false} : Verdict{};
    }
    std::vector<chain::BatchElement> elements;
    if (!chain::scan_batch_answer(text.text, elements)) return judge_object(text, received);

    std::vector<Finding> findings;
    const auto addressees = match(elements, findings);
    if (addressees == Addressees::foreign) {
        routing::ElAnswer facts;
        facts.http_status = static_cast<int>(received.head.status);
        facts.answer.kind = Answer::Kind::batch;
        facts.foreign = true;
        return routing::judge_el(facts);
    }
    Verdict summary{};
    for (auto& finding : findings) {
        finding.verdict = judge_element(*finding.item, finding.element->answer, received);
        if (finding.verdict.action == Action::next && summary.action != Action::next)
            summary = finding.verdict;
    }
    bool unanswered = false;
    for (auto& item : items_) {
        item.sent = item.sent || item.state == Item::State::pending;
        if (item.state != Item::State::pending || item.matched) continue;
        if (item.call.id.empty()) {
            item.state = Item::State::silent;
        } else if (item.question.traits.safety == Safety::once) {
            item.state = Item::State::answered; // it may have run: no second time
            item.answer = error_object(item.call.id, internal_error,
                                       "the node did not answer this call; it was not repeated");
            unanswered = true;
        } else {
            unanswered = true;
            if (summary.action != Action::next) summary = {Action::next, "bad_answer", false, false};
        }
    }
    const bool all_final = std::all_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.verdict.action == Action::deliver && !finding.item->in_doubt;
    });
    if (whole_ && all_final && !unanswered && addressees == Addressees::ours) {
        pass_through_ = true;
        Verdict whole{};
        whole.is_result = std::any_of(findings.begin(), findings.end(),
                                      [](const Finding& finding) { return finding.verdict.is_result; });
        return whole;
    }
    for (const auto& finding : findings) {
        Item& item = *finding.item;
        if (finding.verdict.action == Action::next) {
            if (item.kept.empty()) {
                item.kept = own_answer(item, finding.element->text);
                item.lacked = finding.verdict.reason == "no_method";
            }
            continue;
        }
        item.state = Item::State::answered;
        if (finding.verdict.action == Action::answer_hash) {
            item.answer = string_result(item.call.id, item.hash);
        } else {
            item.answer = own_answer(item, finding.element->text);
        }
    }
    return any_pending() ? summary : Verdict{};
}

Verdict BatchCall::failed(routing::FailureKind kind, bool sent) {
    bool left = false;
    for (auto& item : items_) {
        if (item.state != Item::State::pending) continue;
        if (sent && item.question.traits.safety == Safety::once) {
            item.state = Item::State::answered;
            item.answer = error_object(
                item.call.id, internal_error,
                "the node failed after the call was sent; it was not repeated, as it may have run");
            continue;
        }
        item.sent = item.sent || sent;
        left = true;
    }
    const Verdict verdict = routing::judge_failure(kind, sent, Safety::read);
    return left ? verdict : Verdict{Action::deliver, verdict.reason, false, false};
}

std::string BatchCall::answer(std::string_view why_not, std::string_view lacking) const {
    std::string out = "[";
    for (const auto& item : items_) {
        if (item.state == Item::State::silent || (item.call.valid && item.call.id.empty())) continue;
        if (out.size() > 1) out.push_back(',');
        if (item.state == Item::State::answered) {
            out.append(item.answer);
        } else if (item.lacked && !lacking.empty()) {
            out.append(error_object(item.call.id, internal_error, lacking));
        } else if (!item.kept.empty()) {
            out.append(item.kept);
        } else {
            out.append(error_object(item.call.id, internal_error, why_not));
        }
    }
    if (out.size() == 1) return {};
    out.push_back(']');
    return out;
}

std::vector<BatchCall::Doubt> BatchCall::doubts() const {
    std::vector<Doubt> found;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& item = items_[i];
        const bool lost = item.state == Item::State::pending && item.sent &&
                          item.question.traits.safety == Safety::raw_transaction;
        if (!item.hash.empty() && (item.in_doubt || lost)) found.push_back({i, item.hash});
    }
    return found;
}

void BatchCall::settle_doubt(const Doubt& doubt) {
    Item& item = items_[doubt.item];
    item.state = Item::State::answered;
    item.answer = string_result(item.call.id, doubt.hash);
    item.error_class.reset();
}

std::vector<chain::ErrorClass> BatchCall::errors() const {
    std::vector<chain::ErrorClass> errors;
    if (pass_through_ && object_error_) {
        errors.push_back(*object_error_);
        return errors;
    }
    for (const auto& item : items_) {
        if (item.error_class) errors.push_back(*item.error_class);
    }
    return errors;
}

} // namespace weir::el
