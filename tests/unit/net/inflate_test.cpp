#include "net/inflate.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zlib.h>

#include <stdexcept>
#include <string>

namespace weir::net {
namespace {

std::string compress(std::string_view text, bool gzip) {
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, gzip ? 15 + 16 : 15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib");
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib");
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

RC_GTEST_PROP(Inflate, GivesBackWhatWasCompressed, (const std::string& text, bool gzip)) {
    bool ended = false;
    const auto got = inflate_prefix(compress(text, gzip), text.size() + 1, ended);
    RC_ASSERT(got.has_value());
    RC_ASSERT(*got == text);
    RC_ASSERT(ended);
}

RC_GTEST_PROP(Inflate, ACutOffStreamGivesAPrefixAndSaysThatItHasNotEnded, ()) {
    const auto text = *rc::gen::container<std::string>(3000, rc::gen::inRange<char>('a', 'z'));
    const auto whole = compress(text, true);
    const auto cut = *rc::gen::inRange<std::size_t>(0, whole.size());
    bool ended = true;
    const auto got = inflate_prefix(std::string_view(whole).substr(0, cut), 10'000, ended);
    RC_ASSERT(got.has_value());
    RC_ASSERT(!ended);
    RC_ASSERT(text.starts_with(*got));
}

TEST(Inflate, ABombIsOpenedOnlyAsFarAsTheLimit) {
    const auto bomb = compress(std::string(50 << 20, '0'), true);
    for (const std::size_t limit : {0U, 1U, 1000U, 65536U, 65537U, 1000000U}) {
        bool ended = true;
        const auto got = inflate_prefix(bomb, limit, ended);
        ASSERT_TRUE(got);
        EXPECT_EQ(got->size(), limit);
        EXPECT_FALSE(ended);
    }
}

TEST(Inflate, WhatIsNoStreamGivesNothing) {
    for (const std::string text :
         {"{\"jsonrpc\":\"2.0\"}", "\x1f\x8b\xff\xff\xff\xff", "plain text that goes on"}) {
        bool ended = true;
        EXPECT_FALSE(inflate_prefix(text, 1000, ended)) << text;
        EXPECT_FALSE(ended);
    }
}

RC_GTEST_PROP(Inflate, AnyBytesAreBounded, (std::string junk)) {
    auto bytes = compress("some text to be damaged, some text", true);
    bytes.replace(*rc::gen::inRange<std::size_t>(0, bytes.size()), junk.size(), junk);
    bool ended = false;
    const auto got = inflate_prefix(bytes, 100, ended);
    RC_ASSERT(!got || got->size() <= 100U);
}

} // namespace
} // namespace weir::net
