#include "net/server_connection.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir::net {
namespace {

TEST(BodyGrowth, KeepsEveryPieceInOrder) {
    std::string body, expected;
    for (std::size_t i = 0; i < 500; ++i) {
        const std::string piece(i % 97, static_cast<char>('a' + i % 26));
        append_piece(body, piece, 0);
        expected += piece;
    }
    EXPECT_EQ(body, expected);
}

TEST(BodyGrowth, NeverTakesRoomBeyondWhatMayCome) {
    constexpr std::size_t most = 1'000'000;
    const std::string piece(60'000, 'x');
    std::string body;
    while (body.size() < most) {
        append_piece(body, piece, most);
        ASSERT_LE(body.capacity(), most + piece.size());
    }
}

TEST(BodyGrowth, OutgrownCopiesAreSmallBesideTheBody) {
    constexpr std::size_t most = 4'000'000;
    const std::string piece(64 * 1024, 'x');
    std::string body;
    std::size_t outgrown = 0;
    while (body.size() < most) {
        const auto before = body.capacity();
        append_piece(body, piece, most);
        if (body.capacity() != before) outgrown += before;
    }
    EXPECT_LT(outgrown, body.size() / 4);
}

} // namespace
} // namespace weir::net
