#include "el/filter.hpp"

#include "chain/json_members.hpp"
#include "chain/values.hpp"

#include <utility>

namespace weir::el {

using Kind = chain::SubscriptionRequest::Kind;

namespace {

/// The parameters one by one; a mistake when there are more than that.
boost::system::result<std::vector<std::string_view>, std::string> read_params(std::string_view params,
                                                                              std::size_t most) {
    std::vector<std::string_view> items;
    if (params.empty() || params == "null") return items;
    const bool list = chain::each_element(params, [&](std::string_view item) {
        items.push_back(item);
        return true;
    });
    if (!list) return std::string("invalid params: not a list");
    if (items.size() > most) return "too many arguments, want at most " + std::to_string(most);
    return items;
}

chain::SubscriptionRequest feed_of(std::string_view params) {
    return chain::read_subscription("eth_subscribe", params);
}

std::string in_words(const chain::CriteriaMistake& mistake) {
    return "invalid argument 0: " + mistake.text;
}

} // namespace

boost::system::result<FilterRequest, std::string> read_filter_request(const chain::Call& call) {
    FilterRequest request;
    const auto params = read_params(call.params, call.method == "eth_newBlockFilter" ? 0 : 1);
    if (!params) return params.error();
    const auto first = params->empty() || params->front() == "null" ? std::string_view() : params->front();
    if (call.method == "eth_newBlockFilter") {
        request.feed = feed_of(R"(["newHeads"])");
    } else if (call.method == "eth_newPendingTransactionFilter") {
        if (!first.empty() && first != "true" && first != "false") {
            return std::string("invalid argument 0: neither true nor false");
        }
        request.feed =
            feed_of(first == "true" ? R"(["newPendingTransactions",true])" : R"(["newPendingTransactions"])");
    } else {
        if (first.empty()) return std::string("missing value for required argument 0");
        auto criteria = chain::read_log_criteria(first);
        if (!criteria) return in_words(criteria.error());
        if (auto wrong = criteria->filter.too_long(); !wrong.empty())
            return in_words({chain::CriteriaMistake::Of::filter, std::move(wrong)});
        request.query = std::move(criteria->query);
        request.feed = chain::logs_subscription(std::move(*criteria));
    }
    return request;
}

Filter::Filter(Owner& owner, net::DeadlineWheel& wheel, net::ByteBudget::Charge charge, std::string id,
               FilterRequest request, std::size_t most_bytes)
    : owner_(owner)
    , id_(std::move(id))
    , request_(std::move(request))
    , most_bytes_(most_bytes)
    , unused_(
          wheel,
          [](void* self) {
              auto& filter = *static_cast<Filter*>(self);
              filter.owner_.dropped(filter);
          },
          this)
    , charge_(std::move(charge)) {}

std::optional<std::string> Filter::query() const {
    if (request_.feed.kind != Kind::logs) return std::nullopt;
    return request_.query;
}

void Filter::event(const feeds::EventText& result) {
    if (request_.feed.kind == Kind::new_heads) {
        keep_hash(*result);
    } else if (request_.feed.kind != Kind::logs || request_.feed.range.cover(*result)) {
        keep(result);
    }
}

void Filter::keep_hash(std::string_view header) {
    std::string_view hash;
    chain::each_member(header, [&](std::string_view key, std::string_view value) {
        if (key == "hash") hash = value;
        if (key == "number") kept_head_ = chain::read_block_number(chain::text_of(value));
        return true;
    });
    keep(std::make_shared<const std::string>(hash));
}

/// The last thing that is done in an event: it may end this filter.
void Filter::keep(feeds::EventText text) {
    kept_bytes_ += text->size();
    if (kept_bytes_ > most_bytes_ || !charge_.raise_to(request_.size() + kept_bytes_)) {
        owner_.dropped(*this);
        return;
    }
    kept_.push_back(std::move(text));
}

Filter::Taken Filter::take() {
    Taken taken{"[", std::exchange(kept_head_, std::nullopt)};
    auto& array = taken.array;
    array.reserve(kept_bytes_ + kept_.size() + 2);
    for (const auto& text : std::exchange(kept_, {})) {
        if (array.size() > 1) array.push_back(',');
        array.append(*text);
    }
    array.push_back(']');
    kept_bytes_ = 0;
    charge_.release();
    charge_.raise_to(request_.size()); // it was part of what has just been given back
    return taken;
}

} // namespace weir::el
