// Deadlines fire once, never early, and not at all when cleared or destroyed first.
#include "net/deadline.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <memory>
#include <vector>

namespace weir::net {
namespace {

/// A deadline that notes when it fired.
struct Probe {
    explicit Probe(DeadlineWheel& wheel)
        : deadline(
              wheel, [](void* self) { static_cast<Probe*>(self)->fired(); }, this) {}
    void set(milliseconds in) {
        due = Clock::now() + in;
        deadline.set(due);
    }
    void fired() {
        ++count;
        at = Clock::now();
        if (then) then();
    }
    Deadline deadline;
    Clock::time_point due, at;
    int count = 0;
    std::function<void()> then;
};

struct Wheel : testing::Test {
    IoContext io;
    DeadlineWheel wheel{io};
};

TEST_F(Wheel, AnEmptyWheelKeepsNoWork) {
    EXPECT_EQ(io.run(), 0U);
}

TEST_F(Wheel, ManyDeadlinesFireOnceEachAndNeverEarly) {
    std::vector<std::unique_ptr<Probe>> probes;
    for (int i = 0; i < 200; ++i) {
        probes.push_back(std::make_unique<Probe>(wheel));
        probes.back()->set(milliseconds((i * 37) % 101));
    }
    io.run(); // returns: a wheel with nothing left to wait for keeps no work
    for (const auto& probe : probes) {
        EXPECT_EQ(probe->count, 1);
        EXPECT_GE(probe->at, probe->due);
        EXPECT_TRUE(probe->deadline.expired());
    }
}

TEST_F(Wheel, ADeadlineInThePastFiresSoon) {
    Probe probe(wheel);
    probe.set(milliseconds(-1000));
    EXPECT_EQ(probe.count, 0) << "never from within set()";
    io.run();
    EXPECT_EQ(probe.count, 1);
}

TEST_F(Wheel, AClearedOneDoesNotFire) {
    Probe cleared(wheel), kept(wheel);
    cleared.set(milliseconds(5));
    kept.set(milliseconds(40));
    cleared.deadline.clear();
    io.run();
    EXPECT_EQ(cleared.count, 0);
    EXPECT_FALSE(cleared.deadline.expired());
    EXPECT_EQ(kept.count, 1);
}

TEST_F(Wheel, SettingAgainReplacesWhatWasSetInEitherDirection) {
    Probe later(wheel), sooner(wheel);
    later.set(milliseconds(5));
    later.set(milliseconds(60));
    sooner.set(std::chrono::hours(1));
    sooner.set(milliseconds(5));
    io.run(); // ends although an hour was asked for first
    EXPECT_EQ(later.count, 1);
    EXPECT_GE(later.at, later.due);
    EXPECT_EQ(sooner.count, 1);
}

TEST_F(Wheel, SettingAgainAfterItFiredClearsExpired) {
    Probe probe(wheel);
    probe.then = [&] {
        if (probe.count < 3) probe.set(milliseconds(10));
    };
    probe.set(milliseconds(1));
    io.run();
    EXPECT_EQ(probe.count, 3);
    EXPECT_GE(probe.at, probe.due);
    probe.deadline.set(milliseconds(1));
    EXPECT_FALSE(probe.deadline.expired());
    io.restart();
    io.run();
    EXPECT_TRUE(probe.deadline.expired());
}

TEST_F(Wheel, AnActionMayDestroyAndClearOthersThatAreDueWithIt) {
    Probe first(wheel), cleared(wheel);
    auto destroyed = std::make_unique<Probe>(wheel);
    const auto due = Clock::now() + milliseconds(20);
    for (auto* probe : {&first, &cleared, destroyed.get()})
        probe->deadline.set(due);
    first.then = [&] {
        cleared.deadline.clear();
        destroyed.reset();
    };
    io.run();
    EXPECT_EQ(first.count, 1);
    EXPECT_EQ(cleared.count, 0);
}

TEST_F(Wheel, AStoppedWheelFiresNothingAndLetsTheLoopEnd) {
    Probe probe(wheel), after(wheel);
    probe.set(std::chrono::hours(1));
    wheel.stop();
    after.set(milliseconds(0));
    io.run();
    EXPECT_EQ(probe.count, 0);
    EXPECT_EQ(after.count, 0);
}

TEST_F(Wheel, ADeadlineBeyondOneTurnOfTheWheelIsNotMistakenForANearOne) {
    Probe far(wheel), near(wheel);
    far.set(milliseconds(8 * 1024 + 16)); // the same slot as one 16 ms from now
    near.set(milliseconds(60));
    near.then = [&] { io.stop(); };
    io.run();
    EXPECT_EQ(near.count, 1);
    EXPECT_EQ(far.count, 0);
}

RC_GTEST_PROP(DeadlineWheel, RandomSettingAndClearingFiresExactlyWhatIsStillSetAndNeverEarly, ()) {
    IoContext io;
    DeadlineWheel wheel(io);
    std::vector<std::unique_ptr<Probe>> probes;
    std::vector<bool> wanted(10, false);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        probes.push_back(std::make_unique<Probe>(wheel));
    const int steps = *rc::gen::inRange(0, 30);
    for (int i = 0; i < steps; ++i) {
        const auto n = *rc::gen::inRange<std::size_t>(0, wanted.size());
        wanted[n] = *rc::gen::inRange(0, 3) > 0;
        if (wanted[n])
            probes[n]->set(milliseconds(*rc::gen::inRange(0, 12)));
        else
            probes[n]->deadline.clear();
    }
    io.run();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        RC_ASSERT(probes[i]->count == (wanted[i] ? 1 : 0));
        RC_ASSERT(!wanted[i] || probes[i]->at >= probes[i]->due);
    }
}

} // namespace
} // namespace weir::net
