// A client's JSON-RPC body: no bytes crash the scanner, what it points at lies in them, and a body that was
// cut off is never taken for a whole one.
#include "chain/answer_id.hpp"
#include "chain/block_param.hpp"
#include "chain/methods.hpp"
#include "chain/values.hpp"
#include "fuzz.hpp"

#include <algorithm>

namespace {

using namespace weir;

void one_call(const chain::Call& call, std::string_view body) {
    CLAIM(fuzz::lies_in(call.text, body));
    CLAIM(fuzz::lies_in(call.id, call.text));
    CLAIM(fuzz::lies_in(call.method, call.text));
    CLAIM(fuzz::lies_in(call.params, call.text));
    if (!call.valid) return;
    const auto traits = chain::traits_of(call.method);
    CLAIM(traits.index <= chain::known_methods().size());
    (void)chain::block_param(traits, call.params);
    if (traits.safety == chain::Safety::raw_transaction) {
        const auto hash = chain::raw_transaction_hash(call.params);
        if (hash) CLAIM(hash->size() == 66);
    }
    if (!call.id.empty()) CLAIM(chain::same_id(call.id, call.id));
}

bool only_space(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t max_items = 8;
    const auto body = fuzz::text_of(data, size);
    chain::Requests requests;
    const auto error = chain::scan_requests(body, max_items, requests);
    if (error == chain::ScanError::none) {
        CLAIM(!requests.calls.empty() && requests.calls.size() <= max_items);
        CLAIM(requests.batch || requests.calls.size() == 1);
        for (const auto& call : requests.calls)
            one_call(call, body);
    }
    chain::Requests cut;
    for (std::size_t n = 0; n < std::min<std::size_t>(size, 512); ++n) {
        const bool accepted =
            chain::scan_requests(body.substr(0, n), max_items, cut) == chain::ScanError::none;
        if (accepted && error == chain::ScanError::none) CLAIM(only_space(body.substr(n)));
    }
    return 0;
}
