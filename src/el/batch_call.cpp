#include "el/batch_call.hpp"

#include "chain/renumber.hpp"
#include "chain/values.hpp"
#include "el/errors.hpp"
#include "el/requests.hpp"

#include <algorithm>
#include <bit>

namespace weir::el {

using chain::Safety;

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
    // Batches are alike that are about as long and begin with the same method.
    if (items_.empty()) return;
    const auto known = chain::known_methods().size();
    std::string name(items_.front().call.method);
    name += static_cast<char>('0' + std::bit_width(items_.size()));
    kind_ = forward::kind_of_method(known, known, name);
}

void BatchCall::learn(Item& item) const {
    item.question = understand(item.call, limits_);
    if (item.raw()) item.hash = chain::raw_transaction_hash(item.call.params).value_or(std::string());
}

void BatchCall::finish(Item& item, std::string answer) {
    item.state = Item::State::answered;
    item.done_at = sends_;
    item.answer = std::move(answer);
}

void BatchCall::silence(Item& item) {
    item.state = Item::State::silent;
    item.done_at = sends_;
}

void BatchCall::give(std::size_t index, std::string answer) {
    Item& item = items_[index];
    if (answer.empty()) {
        silence(item);
    } else {
        finish(item, std::move(answer));
    }
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

/// An element of a node's answer with the client's id. `alone`: it was no element, and may name nobody.
std::string BatchCall::own_answer(const Item& item, std::string_view element, bool alone) const {
    std::string answer(element);
    if (ids_ == Ids::ours || alone) chain::put_id(answer, item.call.id);
    return answer;
}

void BatchCall::keep(Item& item, std::string answer, chain::ErrorClass error_class) {
    if (!item.kept.empty()) return;
    item.kept = std::move(answer);
    item.error_class = error_class;
}

bool BatchCall::any_pending() const {
    return std::any_of(items_.begin(), items_.end(), [](const Item& item) { return item.pending(); });
}

bool BatchCall::any_untried() const {
    return std::any_of(items_.begin(), items_.end(),
                       [](const Item& item) { return item.pending() && !item.tried; });
}

bool BatchCall::in_order() const {
    return std::any_of(items_.begin(), items_.end(), [](const Item& item) {
        return item.pending() && item.question.traits.safety != Safety::read;
    });
}

std::uint64_t BatchCall::highest_named(std::uint64_t most) const {
    std::uint64_t highest = 0;
    for (const auto& item : items_) {
        if (!item.pending()) continue;
        const auto named = named_block(item.question.block, context_->seen_heads);
        if (named <= most) highest = std::max(highest, named);
    }
    return highest;
}

std::uint8_t BatchCall::wanted_tags() const {
    std::uint8_t tags = 0;
    for (const auto& item : items_) {
        if (item.pending()) tags |= tag_bit(item.question.block);
    }
    return tags;
}

bool BatchCall::any_answered() const {
    return std::any_of(items_.begin(), items_.end(), [](const Item& item) {
        return !item.kept.empty() || (item.state == Item::State::answered && item.call.valid);
    });
}

std::vector<std::uint16_t> BatchCall::set_lots(std::optional<std::uint32_t> node_id,
                                               net::Clock::time_point now) {
    std::vector<std::uint16_t> lacking;
    for (auto& item : items_) {
        item.lot = item.pending() && !item.tried ? 0 : no_lot;
        if (item.lot == no_lot) continue;
        const auto method = item.question.traits.index;
        if (!node_id || !context_->may_lack_method(*node_id, method, now)) continue;
        item.lot = 1;
        if (std::find(lacking.begin(), lacking.end(), method) == lacking.end()) lacking.push_back(method);
    }
    return lacking;
}

void BatchCall::join_lots() {
    for (auto& item : items_)
        item.lot = item.lot == 1 ? std::uint8_t{0} : item.lot;
}

void BatchCall::cut(std::uint8_t lot, const forward::BatchLimits::Limit& limit, Stretches& out) const {
    Stretch stretch{0, 0, lot};
    std::size_t calls = 0, bytes = 2;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& item = items_[i];
        if (item.lot != lot) continue;
        const auto more = item.call.text.size() + 1;
        if (calls != 0 && (calls >= limit.calls || bytes + more > limit.bytes)) {
            stretch.end = i;
            out.push_back(stretch);
            stretch.begin = i;
            calls = 0;
            bytes = 2;
        }
        ++calls;
        bytes += more;
    }
    if (calls == 0) return;
    stretch.end = items_.size();
    out.push_back(stretch);
}

void BatchCall::append_call(std::string& out, std::size_t index) const {
    if (ids_ == Ids::ours) {
        chain::append_renumbered(out, items_[index].call, first_id_ + index);
    } else {
        out.append(items_[index].call.text);
    }
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

std::vector<BatchCall::Transaction> BatchCall::transactions() const {
    std::vector<Transaction> found;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& item = items_[i];
        if (item.pending() && !item.hash.empty() && !item.call.id.empty()) found.push_back({i, item.hash});
    }
    return found;
}

void BatchCall::published(std::size_t index, std::string answer, std::optional<chain::ErrorClass> error) {
    Item& item = items_[index];
    if (ids_ == Ids::ours) chain::put_id(answer, item.call.id);
    item.error_class = error;
    finish(item, std::move(answer));
}

std::vector<BatchCall::Transaction> BatchCall::doubts() const {
    std::vector<Transaction> found;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& item = items_[i];
        const bool lost = item.pending() && item.sent && item.raw();
        if (!item.hash.empty() && (item.in_doubt || lost)) found.push_back({i, item.hash});
    }
    return found;
}

void BatchCall::settle_doubt(const Transaction& doubt) {
    Item& item = items_[doubt.item];
    finish(item, string_result(item.call.id, doubt.hash));
    item.error_class.reset();
}

std::vector<chain::ErrorClass> BatchCall::errors() const {
    std::vector<chain::ErrorClass> errors;
    for (const auto& item : items_) {
        if (item.error_class) errors.push_back(*item.error_class);
    }
    return errors;
}

} // namespace weir::el
