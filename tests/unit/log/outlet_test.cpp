// A reader that stops reading holds up neither the program nor its end, and learns what it has missed.
#include "log/log.hpp"
#include "log/now_and_then.hpp"
#include "log/outlet.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace weir::log {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Ends {
    int in = -1, out = -1; ///< weir writes into `in`
    ~Ends() {
        close(in);
        close(out);
    }
};

void pipe_ends(Ends& ends) {
    std::array<int, 2> both{};
    ASSERT_EQ(pipe(both.data()), 0);
    ends.out = both[0];
    ends.in = both[1];
}
void socket_ends(Ends& ends) {
    std::array<int, 2> both{};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, both.data()), 0);
    ends.out = both[0];
    ends.in = both[1];
}

/// All that is there, up to `most`.
std::string read_some(int from, std::size_t most) {
    std::string text(most, '\0');
    const auto n = read(from, text.data(), text.size());
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return text;
}
std::string read_all(int from) {
    fcntl(from, F_SETFL, O_NONBLOCK);
    std::string all;
    for (;;) {
        const auto piece = read_some(from, 1 << 16);
        if (piece.empty()) return all;
        all += piece;
    }
}

void gives_up(Ends& ends) {
    Outlet outlet(ends.in);
    outlet.hurry(50ms);
    const auto begin = Clock::now();
    int written = 0;
    while (outlet.write("line " + std::to_string(written) + '\n'))
        ++written;
    EXPECT_GE(Clock::now() - begin, 50ms);
    EXPECT_LT(Clock::now() - begin, 5s);
    EXPECT_GT(written, 100);
    // The time is up for all that follows: each costs no time of its own.
    const auto again = Clock::now();
    for (int i = 0; i < 1000; ++i)
        EXPECT_FALSE(outlet.write("a line that is longer than those before\n"));
    EXPECT_LT(Clock::now() - again, 1s);
    EXPECT_EQ(outlet.dropped(), 1001U);
    const int flags = fcntl(ends.in, F_GETFL);
    EXPECT_EQ(flags & O_NONBLOCK, 0) << "others write there too";
}

TEST(Outlet, GivesUpOnAFullPipeWhenItsTimeIsUp) {
    Ends ends;
    pipe_ends(ends);
    gives_up(ends);
}

TEST(Outlet, GivesUpOnAFullSocketWhenItsTimeIsUp) {
    Ends ends;
    socket_ends(ends);
    gives_up(ends);
}

TEST(Outlet, WaitsForAReaderWhoComesBack) {
    Ends ends;
    pipe_ends(ends);
    Outlet outlet(ends.in);
    const std::string line(100'000, 'x'); // more than a pipe holds
    std::thread writer([&] { EXPECT_TRUE(outlet.write(line)); });
    std::string got;
    while (got.size() < line.size())
        got += read_some(ends.out, 4096);
    writer.join();
    EXPECT_EQ(got, line);
    EXPECT_EQ(outlet.dropped(), 0U);
}

TEST(Outlet, ALineThatWasCutOffDoesNotRunIntoTheNext) {
    Ends ends;
    pipe_ends(ends);
    Outlet outlet(ends.in);
    outlet.hurry(0ms);
    EXPECT_FALSE(outlet.write(std::string(1 << 20, 'x')));
    EXPECT_EQ(read_all(ends.out).find('\n'), std::string::npos);
    EXPECT_TRUE(outlet.write("next\n"));
    EXPECT_TRUE(outlet.write("and next\n"));
    EXPECT_EQ(read_all(ends.out), "\nnext\nand next\n");
}

TEST(Outlet, WithoutAReaderEverythingIsDropped) {
    Ends ends;
    socket_ends(ends);
    close(std::exchange(ends.out, -1));
    Outlet outlet(ends.in);
    EXPECT_FALSE(outlet.write("line\n"));
    EXPECT_EQ(outlet.dropped(), 1U);
}

/// Standard error is this pipe meanwhile.
struct Redirected {
    explicit Redirected(int to)
        : before(dup(STDERR_FILENO)) {
        dup2(to, STDERR_FILENO);
    }
    ~Redirected() {
        dup2(before, STDERR_FILENO);
        close(before);
    }
    int before;
};

TEST(Log, EndsThoughNobodyReadsIt) {
    Ends ends;
    pipe_ends(ends);
    const Redirected redirected(ends.in);
    start(Level::info, Format::text);
    for (int i = 0; i < 20'000; ++i)
        info("an event", {{"i", std::to_string(i)}});
    const auto begin = Clock::now();
    stop();
    EXPECT_LT(Clock::now() - begin, 3s);
}

TEST(Log, TellsHowManyLinesWereDropped) {
    Ends ends;
    pipe_ends(ends);
    const Redirected redirected(ends.in);
    start(Level::info, Format::text);
    for (int i = 0; i < 20'000; ++i)
        info("an event", {{"i", std::to_string(i)}});
    EXPECT_GT(dropped(), 0U);
    std::string got;
    const auto deadline = Clock::now() + 20s;
    while (got.find("log lines were dropped: nobody read them") == std::string::npos &&
           Clock::now() < deadline)
        got += read_some(ends.out, 4096);
    EXPECT_NE(got.find(" warn log lines were dropped: nobody read them count="), std::string::npos);
    std::thread reader([&] {
        while (got.find("i=19999\n") == std::string::npos && Clock::now() < deadline)
            got += read_some(ends.out, 4096);
    });
    reader.join();
    EXPECT_NE(got.find("i=19999\n"), std::string::npos) << "the newest are kept";
    stop();
}

TEST(NowAndThen, TellsTheFirstAtOnceAndThenHowManyCame) {
    NowAndThen tell(10s);
    const Clock::time_point now{100s};
    EXPECT_EQ(tell.add(now), 1U);
    EXPECT_FALSE(tell.add(now));
    EXPECT_FALSE(tell.add(now + 9999ms));
    EXPECT_EQ(tell.add(now + 10s), 3U);
    EXPECT_FALSE(tell.add(now + 11s));
    EXPECT_EQ(tell.add(now + 60s), 2U);
}

} // namespace
} // namespace weir::log
