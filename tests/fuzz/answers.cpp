// A node's answer, single or a batch, whole or its beginning: no bytes crash the scanner, and a verdict on
// the beginning is the verdict on the whole.
#include "chain/error_class.hpp"
#include "chain/json_rpc.hpp"
#include "fuzz.hpp"

#include <algorithm>
#include <vector>

namespace {

using namespace weir;
using Kind = chain::Answer::Kind;

void points_into(const chain::Answer& answer, std::string_view text) {
    for (const auto part : {answer.id, answer.result, answer.error_message, answer.error_data}) {
        CLAIM(fuzz::lies_in(part, text));
    }
    CLAIM(answer.result.size() <= 256);
    if (answer.kind == Kind::error) {
        const auto error_class = chain::classify_error(answer, {});
        CLAIM(!chain::to_string(error_class).empty());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto whole = chain::scan_answer(text, true);
    CLAIM(whole.kind != Kind::incomplete);
    points_into(whole, text);
    auto last = Kind::incomplete;
    for (std::size_t n = 0; n <= std::min<std::size_t>(size, 512); ++n) {
        const auto prefix = text.substr(0, n);
        const auto answer = chain::scan_answer(prefix, false);
        points_into(answer, prefix);
        if (last != Kind::incomplete) CLAIM(answer.kind == last);
        last = answer.kind;
    }
    // What was told of the beginning holds for the whole, unless the whole turns out to be no JSON at all.
    if (last != Kind::incomplete) CLAIM(whole.kind == last || whole.kind == Kind::not_json);

    std::vector<chain::BatchElement> elements;
    if (chain::scan_batch_answer(text, elements)) {
        const char* from = text.data();
        for (const auto& element : elements) {
            CLAIM(fuzz::lies_in(element.text, text) && element.text.data() >= from);
            from = element.text.data() + element.text.size();
            CLAIM(element.text.starts_with('{') && element.text.ends_with('}'));
            points_into(element.answer, element.text);
        }
    }
    return 0;
}
