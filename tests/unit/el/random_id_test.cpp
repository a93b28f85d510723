// Ids look like a node's, never come twice, and lead back to the worker that made them.
#include "el/random_id.hpp"

#include <gtest/gtest.h>

#include <set>

namespace weir::el {
namespace {

TEST(RandomIds, LookLikeANodes) {
    RandomIds ids(3);
    for (int i = 0; i < 1000; ++i) {
        const auto id = ids.next();
        ASSERT_EQ(id.size(), 34U);
        EXPECT_EQ(id.find_first_not_of("0123456789abcdef", 2), std::string::npos) << id;
        EXPECT_EQ(id.substr(0, 2), "0x");
    }
}

TEST(RandomIds, NoneComesTwiceOnAnyWorker) {
    std::set<std::string> seen;
    for (std::size_t worker : {0U, 1U, 2U, 255U}) {
        RandomIds ids(worker);
        for (int i = 0; i < 5000; ++i)
            EXPECT_TRUE(seen.insert(ids.next().substr(18)).second);
    }
}

TEST(RandomIds, LeadBackToTheirWorker) {
    for (std::size_t worker : {0U, 1U, 2U, 17U, 255U}) {
        RandomIds ids(worker);
        for (int i = 0; i < 100; ++i)
            EXPECT_EQ(RandomIds::worker_of(ids.next()), worker);
    }
    EXPECT_EQ(RandomIds::worker_of("0x1"), 0U);
}

} // namespace
} // namespace weir::el
