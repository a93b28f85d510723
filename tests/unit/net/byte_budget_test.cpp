#include "net/byte_budget.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>
#include <vector>

namespace weir::net {
namespace {

TEST(ByteBudget, AChargeTakesWhatIsMissingAndGivesItBackWhenItGoes) {
    ByteBudget budget(100);
    {
        ByteBudget::Charge charge(budget);
        EXPECT_TRUE(charge.raise_to(60));
        EXPECT_TRUE(charge.raise_to(40)) << "less than it has: nothing to take";
        EXPECT_EQ(budget.used(), 60U);
        EXPECT_TRUE(charge.raise_to(100)) << "the limit itself fits";
        EXPECT_FALSE(charge.raise_to(101));
        EXPECT_EQ(budget.used(), 100U) << "a refusal takes nothing";
    }
    EXPECT_EQ(budget.used(), 0U);
}

TEST(ByteBudget, AMovedChargeIsGivenBackOnce) {
    ByteBudget budget(100);
    ByteBudget::Charge a(budget);
    ASSERT_TRUE(a.raise_to(30));
    ByteBudget::Charge b(std::move(a));
    EXPECT_EQ(budget.used(), 30U);
    ByteBudget::Charge c;
    c = std::move(b);
    EXPECT_EQ(budget.used(), 30U);
    c.release();
    c.release();
    EXPECT_EQ(budget.used(), 0U);
}

TEST(ByteBudget, AChargeWithoutABudgetIsFree) {
    ByteBudget::Charge charge;
    EXPECT_TRUE(charge.raise_to(std::size_t{1} << 60));
}

TEST(ByteBudget, HugeDemandsDoNotWrapAround) {
    ByteBudget budget(100);
    ByteBudget::Charge a(budget), b(budget);
    ASSERT_TRUE(a.raise_to(60));
    EXPECT_FALSE(b.raise_to(~std::size_t{0}));
    EXPECT_FALSE(a.raise_to(~std::size_t{0}));
    EXPECT_EQ(budget.used(), 60U);
}

RC_GTEST_PROP(ByteBudget, IsTheSumOfItsChargesAndNeverPassesItsLimit, ()) {
    const std::size_t limit = 1000;
    ByteBudget budget(limit);
    std::vector<ByteBudget::Charge> charges;
    for (int i = 0; i < 4; ++i)
        charges.emplace_back(budget);
    std::vector<std::size_t> model(charges.size(), 0);
    for (int step = 0; step < 40; ++step) {
        const auto n = *rc::gen::inRange<std::size_t>(0, charges.size());
        if (*rc::gen::inRange(0, 4) == 0) {
            charges[n].release();
            model[n] = 0;
        } else {
            const auto wanted = *rc::gen::inRange<std::size_t>(0, 700);
            auto others = std::accumulate(model.begin(), model.end(), std::size_t{0}) - model[n];
            const bool fits = wanted <= model[n] || others + wanted <= limit;
            RC_ASSERT(charges[n].raise_to(wanted) == fits);
            if (fits) model[n] = std::max(model[n], wanted);
        }
        RC_ASSERT(budget.used() == std::accumulate(model.begin(), model.end(), std::size_t{0}));
        RC_ASSERT(budget.used() <= limit);
    }
}

} // namespace
} // namespace weir::net
