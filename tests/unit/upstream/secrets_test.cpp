#include "upstream/secrets.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace weir::upstream {
namespace {

using Words = std::vector<std::string>;
using Headers = std::vector<std::pair<std::string, std::string>>;

Words of(const std::string& url, const Headers& headers = {}) {
    return secrets_of(*net::parse_url(url), headers);
}

TEST(Secrets, AreKeysPasswordsAndHeaderValues) {
    EXPECT_EQ(of("https://rpc.example/v2/abc123defg"), Words{"abc123defg"});
    EXPECT_EQ(of("https://rpc.example/rpc?apikey=0123456789abcdef"), Words{"0123456789abcdef"});
    EXPECT_EQ(of("http://user:pass1@n"), (Words{"user:pass1", "pass1"}));
    EXPECT_EQ(of("http://n", {{"Authorization", "Bearer tok3n"}, {"X-Key", "k3y!"}}),
              (Words{"Bearer tok3n", "tok3n", "k3y!"}));
}

TEST(Secrets, NamesInAPathAreNone) {
    EXPECT_EQ(of("http://n:8545"), Words{});
    EXPECT_EQ(of("http://n/ext/bc/C/rpc"), Words{});
    EXPECT_EQ(of("http://n/ethereum/mainnet/beacon?chain=main"), Words{});
}

TEST(Secrets, AreStruckOut) {
    const Words secrets{"longer-key1", "key1"};
    EXPECT_EQ(struck_out("no such path: /v2/longer-key1/x?key1", secrets), "no such path: /v2/***/x?***");
    EXPECT_EQ(struck_out("nothing here", secrets), "nothing here");
    EXPECT_TRUE(holds_any("a key1 b", secrets));
    EXPECT_FALSE(holds_any("a key2 b", secrets));
    EXPECT_FALSE(holds_any("a", {}));
}

RC_GTEST_PROP(Secrets, AreNowhereInWhatIsLeft, (const std::string& before, const std::string& after)) {
    const Words secrets{"abcd1234-KEY", "KEY-of-mine"};
    const auto left = struck_out(before + secrets[0] + after + secrets[1] + secrets[0], secrets);
    RC_ASSERT(!holds_any(left, secrets));
}

} // namespace
} // namespace weir::upstream
