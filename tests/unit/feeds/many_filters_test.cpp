// Thousands of different filters: what one costs does not depend on how many there are, neither to make and
// to end it nor when a block comes. Measured against itself, with a bound far above what is expected.
#include "hub_fixture.hpp"

#include <chrono>

namespace weir::feeds {
namespace {

std::string hex(std::size_t n, std::size_t digits) {
    std::string out(digits, '0');
    for (auto at = digits; n != 0; n /= 16)
        out[--at] = "0123456789abcdef"[n % 16];
    return "0x" + out;
}

/// No two the same: some by their address, some by their second topic, some by both.
std::string filter(std::size_t n) {
    const auto address = R"("address":")" + hex(0x100000 + n, 40) + '"';
    const auto topics = R"("topics":[")" + hex(7, 64) + R"(",[")" + hex(0x200000 + n, 64) + R"("]])";
    const auto both = n % 3 == 0 ? address : n % 3 == 1 ? topics : address + ',' + topics;
    return R"(["logs",{)" + both + "}]";
}

class Ear final : public Listener {
  public:
    void event(const EventText&) override { ++heard; }
    void ended(FeedEnd) override {}
    std::size_t heard = 0;
};

using Seconds = std::chrono::duration<double>;

struct Cost {
    double make = 0, leave = 0, block = 0; ///< seconds: of one filter, of one filter, of one block
};

struct ManyFilters : HubTest {
    template <class What>
    double seconds(What what) {
        const auto from = std::chrono::steady_clock::now();
        what();
        return Seconds(std::chrono::steady_clock::now() - from).count();
    }
    void deliver() {
        world->run();
        for (std::size_t worker = 0; worker < HubWorld::workers; ++worker) {
            while (world->deliver_mail(worker)) {}
        }
    }
    /// What the control thread needs with so many filters.
    Cost cost_of(std::size_t count) {
        plan.grace = 0ms;
        begin();
        const auto everything = subscribe(logs);
        std::deque<Ear> ears(count);
        Cost cost;
        std::size_t joined = 0;
        for (std::size_t i = 0; i < count; ++i) {
            world->board(i % 2).join(chain::read_subscription("eth_subscribe", filter(i)),
                                     [&, i](const Joined& answer) {
                                         world->board(i % 2).listen(answer.feed, ears[i]);
                                         ++joined;
                                     });
        }
        cost.make = seconds([&] { world->run(); }) / static_cast<double>(count);
        deliver();
        EXPECT_EQ(joined, count);
        constexpr int blocks = 5;
        for (int i = 0; i < blocks; ++i) {
            mine_logs();
            world->run();
            const auto question = asked("eth_getLogs");
            const auto answer = world->says(*question);
            cost.block += seconds([&] {
                              world->questions->answer(question, answer);
                              world->run();
                          }) /
                          blocks;
            deliver();
        }
        EXPECT_GE(everything->received.size(), 5U);
        ears.clear();
        cost.leave = seconds([&] { world->run(); }) / static_cast<double>(count);
        pass_time(5ms);
        EXPECT_EQ(world->metrics.feeds.value(), 1) << "all are closed, but the one for everything";
        return cost;
    }
};

TEST_F(ManyFilters, CostEachTheSameAsTheFirst) {
    const auto few = cost_of(2'000), many = cost_of(60'000);
    // Quadratic cost would be thirty times as much each.
    EXPECT_LT(many.make, 8 * few.make + 20e-6) << few.make;
    EXPECT_LT(many.leave, 8 * few.leave + 20e-6) << few.leave;
    EXPECT_LT(many.make, 1e-3);
    EXPECT_LT(many.leave, 1e-3);
    EXPECT_LT(many.block, 20e-3);
    RecordProperty("make_us", std::to_string(many.make * 1e6));
    std::printf("with 60,000: make %.1f us, leave %.1f us, block %.3f ms; with 2,000: %.1f, %.1f, %.3f\n",
                many.make * 1e6, many.leave * 1e6, many.block * 1e3, few.make * 1e6, few.leave * 1e6,
                few.block * 1e3);
}

TEST_F(ManyFilters, AStopIsObeyedWhateverIsQueued) {
    begin();
    for (std::size_t i = 0; i < 10'000; ++i)
        world->board(0).join(chain::read_subscription("eth_subscribe", filter(i)), [](const Joined&) {});
    bool stopped = false;
    net::Timer signal(world->io, net::Clock::now());
    signal.async_wait([&](net::error_code) {
        world->hub->stop();
        stopped = true;
    });
    world->run();
    EXPECT_TRUE(stopped);
    EXPECT_LT(world->mail(0), 1'000U) << "what was still queued is dropped";
}

} // namespace
} // namespace weir::feeds
