// Ids look like a node's, never come twice, and lead back to the worker that made them.
#include "el/random_id.hpp"

#include <gtest/gtest.h>

#include <charconv>
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

/// The halves of an id as numbers.
std::uint64_t number_at(const std::string& id, std::size_t at) {
    std::uint64_t number = 0;
    std::from_chars(id.data() + at, id.data() + at + 16, number, 16);
    return number;
}

/// The finaliser of splitmix64 backwards: anybody can do this to an id.
std::uint64_t unmix(std::uint64_t x) {
    x = (x ^ (x >> 31) ^ (x >> 62)) * 0x319642b2d24d8ec3ULL;
    x = (x ^ (x >> 27) ^ (x >> 54)) * 0x96de1b173f119089ULL;
    return x ^ (x >> 30) ^ (x >> 60);
}

TEST(RandomIds, NoneGivesAwayTheNext) {
    RandomIds ids(3);
    std::set<std::uint64_t> differences;
    auto last = ids.next();
    for (int i = 0; i < 100; ++i) {
        auto id = ids.next();
        EXPECT_NE(unmix(number_at(id, 2)) - unmix(number_at(last, 2)), 1U);
        differences.insert(unmix(number_at(id, 2)) - unmix(number_at(last, 2)));
        differences.insert(number_at(id, 2) - number_at(last, 2));
        last = std::move(id);
    }
    EXPECT_EQ(differences.size(), 200U);
}

TEST(RandomIds, NoneTellsHowManyThereWere) {
    RandomIds ids(0);
    for (unsigned i = 1; i <= 100; ++i)
        EXPECT_NE(unmix(number_at(ids.next(), 18)), i);
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
