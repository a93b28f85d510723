#include "upstream/link_message.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir::upstream {
namespace {

TEST(LinkMessage, AByteOrderMarkInFrontIsSkipped) {
    const std::string text = "\xEF\xBB\xBF"
                             R"({"jsonrpc":"2.0","id":7,"result":"0x1"})";
    const auto message = read_link_message(text);
    EXPECT_EQ(message.kind, LinkMessage::Kind::result);
    EXPECT_EQ(message.id, 7U);
    EXPECT_EQ(message.json, R"("0x1")");
}

} // namespace
} // namespace weir::upstream
