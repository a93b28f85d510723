// A message without an end is cut off at the limit, and takes no more memory than that.
#include "ws_peer.hpp"

#include <fstream>

namespace weir::upstream {
namespace {

/// Kilobytes.
std::size_t memory(const std::string& what) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(what + ':')) return std::stoul(line.substr(what.size() + 1));
    }
    return 0;
}

// The sanitizers keep what has been freed, and memory of their own: the peak is theirs then.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WEIR_SANITIZED
#endif
#endif

TEST_F(WsLinkTest, AMessageWithoutAnEndIsCutAtTheLimitAndHeldInNoMoreMemoryThanThat) {
    constexpr std::size_t limit = std::size_t{64} << 20;
    limits.max_message_bytes = limit;
    must_open();
    link->call("a", "[]", [](const LinkAnswer&) {});
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 1; }));
    std::ofstream("/proc/self/clear_refs") << 5; // the peak starts over
    [[maybe_unused]] const auto before = memory("VmRSS");
    peer.say_without_end();
    ASSERT_TRUE(run_until([&] { return ended.has_value(); }));
    EXPECT_EQ(*ended, "a message is larger than the limit");
    EXPECT_LE(peer.fragmented, limit + (8U << 20)) << "the rest is in the kernel";
    const auto peak = memory("VmHWM");
    ASSERT_GT(peak, 0U);
#ifndef WEIR_SANITIZED
    EXPECT_LT(peak - std::min(peak, before), (limit >> 10) + 8 * 1024) << "kilobytes";
#endif
    ASSERT_TRUE(run_until([&] { return peer.ended_by_other; }));
}

} // namespace
} // namespace weir::upstream
