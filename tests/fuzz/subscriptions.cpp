// Subscription requests, log filters, logs and headers: no bytes crash their readers, and what is canonical
// stays as it is when it is read again.
#include "chain/header.hpp"
#include "chain/json_members.hpp"
#include "chain/subscription.hpp"
#include "fuzz.hpp"

#include <string>

namespace {

using namespace weir;

void one_filter(const chain::LogFilter& filter, std::string_view json) {
    const auto again = chain::read_log_criteria(filter.to_json());
    CLAIM(again && again->filter == filter);
    (void)filter.matches(chain::read_log_fields(json));
    CLAIM(chain::BloomTest(filter).may_be_in("no bloom"));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto json = fuzz::text_of(data, size);
    for (const auto* method : {"eth_subscribe", "debug_subscribe"}) {
        const auto request = chain::read_subscription(method, json);
        CLAIM(!request.key.empty());
        CLAIM(chain::read_subscription(method, request.params).key == request.key);
        if (request.kind == chain::SubscriptionRequest::Kind::logs) one_filter(request.filter, json);
    }
    if (const auto criteria = chain::read_log_criteria(json)) one_filter(criteria->filter, json);
    if (const auto header = chain::read_header(json)) {
        CLAIM(header->hash.size() == 66 && header->parent.size() == 66);
        CLAIM(chain::header_of_block(json, json) != nullptr);
        const auto announced = chain::header_of_block(json, {});
        if (announced) CLAIM(announced->hash == header->hash && announced->number == header->number);
    }
    const auto removed = chain::as_removed(json);
    const bool object = chain::each_member(json, [](std::string_view, std::string_view) { return true; });
    if (object) CLAIM(chain::each_member(removed, [](std::string_view, std::string_view) { return true; }));
    return 0;
}
