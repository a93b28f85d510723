// Nobody is told the same thing twice when a subscription moves to another node.
#include "feeds/event_filter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace weir::feeds {
namespace {

using Kind = chain::SubscriptionRequest::Kind;

TEST(EventFilter, ATransactionIsNewOnceWithinTheWindow) {
    EventFilter filter(Kind::pending_transactions, 2);
    EXPECT_TRUE(filter.is_new(R"("0xa")"));
    EXPECT_FALSE(filter.is_new(R"("0xa")"));
    EXPECT_TRUE(filter.is_new(R"("0xb")"));
    EXPECT_TRUE(filter.is_new(R"("0xc")")); // "0xa" falls out
    EXPECT_FALSE(filter.is_new(R"("0xb")"));
    EXPECT_TRUE(filter.is_new(R"("0xa")"));
}

TEST(EventFilter, AWholeTransactionIsKnownByItsHash) {
    EventFilter filter(Kind::pending_transactions, 8);
    EXPECT_TRUE(filter.is_new(R"({"hash":"0xa","gas":"0x1"})"));
    EXPECT_FALSE(filter.is_new(R"({"gas":"0x1","type":"0x2","hash":"0xa"})"));
    EXPECT_TRUE(filter.is_new(R"({"gas":"0x1"})")); // of no form that is known: passed on
    EXPECT_TRUE(filter.is_new(R"({"gas":"0x1"})"));
}

TEST(EventFilter, TheSyncingStateIsToldWhenItDiffers) {
    EventFilter filter(Kind::syncing, 8);
    EXPECT_FALSE(filter.is_new("false")); // what everybody takes for granted
    EXPECT_TRUE(filter.is_new(R"({"syncing":true,"status":{}})"));
    EXPECT_FALSE(filter.is_new("true"));
    EXPECT_TRUE(filter.is_new("false"));
    EXPECT_TRUE(filter.is_new("true"));
}

TEST(EventFilter, OtherKindsPassAsTheyAreAndNoWindowMeansNoFilter) {
    EventFilter other(Kind::other, 8), open(Kind::pending_transactions, 0);
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(other.is_new("1"));
        EXPECT_TRUE(open.is_new(R"("0xa")"));
    }
}

RC_GTEST_PROP(EventFilterProperties, NewIsWhatTheLastWindowOfNewOnesDoesNotHold, ()) {
    const auto window = *rc::gen::inRange<std::size_t>(1, 8);
    EventFilter filter(Kind::pending_transactions, window);
    std::vector<int> told;
    for (const int n : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 12))) {
        const auto from =
            told.size() > window ? told.end() - static_cast<std::ptrdiff_t>(window) : told.begin();
        const bool fresh = std::find(from, told.end(), n) == told.end();
        RC_ASSERT(filter.is_new('"' + std::to_string(n) + '"') == fresh);
        if (fresh) told.push_back(n);
    }
}

} // namespace
} // namespace weir::feeds
