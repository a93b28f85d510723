// What clients may hold: counted together, and by address.
#include "el/holdings.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace weir::el {
namespace {

using Full = Holdings::Full;

Holdings::Address address(const char* text) {
    return net::asio::ip::make_address(text);
}

TEST(Holdings, AreCountedByAddressAndTogetherAndGivenBack) {
    Holdings holdings;
    const auto one = holdings.of_client(address("10.0.0.1")), two = holdings.of_client(address("10.0.0.2"));
    std::vector<Holdings::Place> places;
    const auto take = [&](const auto& client) {
        auto taken = holdings.take(client, 3, 2);
        if (taken.full == Full::no) places.push_back(std::move(taken.place));
        return taken.full;
    };
    EXPECT_EQ(take(one), Full::no);
    EXPECT_EQ(take(one), Full::no);
    EXPECT_EQ(take(one), Full::client);
    EXPECT_EQ(take(two), Full::no);
    EXPECT_EQ(take(two), Full::all);
    EXPECT_EQ(holdings.all(), 3U) << "what was refused does not count";
    places.pop_back();
    EXPECT_EQ(take(two), Full::no);
    places.clear();
    EXPECT_EQ(holdings.all(), 0U);
    EXPECT_EQ(*one, 0U);
}

TEST(Holdings, OneClientIsOneAddressHoweverItIsWritten) {
    Holdings holdings;
    const auto client = holdings.of_client(address("10.0.0.1"));
    EXPECT_EQ(holdings.of_client(address("::ffff:10.0.0.1")), client);
    EXPECT_NE(holdings.of_client(address("10.0.0.2")), client);
    const auto v6 = holdings.of_client(address("2001:db8:1:2::1"));
    EXPECT_EQ(holdings.of_client(address("2001:db8:1:2:ffff::9")), v6) << "a /64 is one customer";
    EXPECT_NE(holdings.of_client(address("2001:db8:1:3::1")), v6);
}

TEST(Holdings, AClientThatHasGoneIsForgottenAndOneThatHoldsSomethingIsNot) {
    Holdings holdings;
    const auto stays = holdings.of_client(address("10.1.0.0"));
    auto taken = holdings.take(stays, 10, 10);
    for (unsigned i = 0; i < 1000; ++i)
        holdings.of_client(net::asio::ip::address_v4(0x0b000000U + i));
    EXPECT_EQ(holdings.of_client(address("10.1.0.0")), stays);
    EXPECT_EQ(*stays, 1U);
}

} // namespace
} // namespace weir::el
