// The index finds exactly the filters that match, whatever was added and removed.
#include "feeds/filter_index.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <list>

namespace weir::feeds {
namespace {

std::string word(unsigned n, std::size_t digits) {
    std::string out(digits, '0');
    for (std::size_t i = digits; n != 0; n /= 16)
        out[--i] = "0123456789abcdef"[n % 16];
    return "0x" + out;
}

std::vector<std::string> some(unsigned of, std::size_t digits) {
    std::vector<std::string> values;
    for (auto n = *rc::gen::inRange(0, 3); n > 0; --n)
        values.push_back(word(*rc::gen::inRange(0U, of), digits));
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

RC_GTEST_PROP(FilterIndexProperties, FindsEachThatMatchesOnceAndNoOther, ()) {
    FilterIndex index;
    std::list<FilterIndex::Entry> entries;
    FeedId next = 1;
    for (auto steps = *rc::gen::inRange(1, 60); steps > 0; --steps) {
        if (*rc::gen::inRange(0, 3) > 0 || entries.empty()) {
            chain::LogFilter filter{some(3, 40), {}};
            for (auto n = *rc::gen::inRange(0, 4); n > 0; --n)
                filter.topics.push_back(some(3, 64));
            index.add(entries.emplace_back(next++, std::move(filter)));
        } else {
            const auto it =
                std::next(entries.begin(), *rc::gen::inRange<int>(0, static_cast<int>(entries.size())));
            index.remove(*it);
            entries.erase(it);
        }
        chain::LogFields log{word(*rc::gen::inRange(0U, 3U), 40), {}, {}};
        for (auto n = *rc::gen::inRange(0, 5); n > 0; --n)
            log.topics.push_back(word(*rc::gen::inRange(0U, 3U), 64));
        std::vector<FeedId> expected, found;
        for (const auto& entry : entries) {
            if (entry.filter().matches(log)) expected.push_back(entry.feed());
        }
        index.match(log, [&](const FilterIndex::Entry& entry) { found.push_back(entry.feed()); });
        std::sort(found.begin(), found.end());
        RC_ASSERT(found == expected);
    }
}

} // namespace
} // namespace weir::feeds
