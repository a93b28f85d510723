// The code that a client's close frame is answered with, however its bytes come.
#include "net/close_watch.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace weir::net {
namespace {

std::string payload(unsigned code, std::string_view reason = "") {
    return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 255)} + std::string(reason);
}

std::string frame(unsigned char opcode, std::string_view text) {
    const std::string mask{'\x11', '\xfe', '\x00', '\x7f'};
    std::string out{static_cast<char>(0x80 | opcode)};
    if (text.size() < 126) {
        out.push_back(static_cast<char>(0x80 | text.size()));
    } else if (text.size() < 65536) {
        out += {static_cast<char>(0x80 | 126), static_cast<char>(text.size() >> 8),
                static_cast<char>(text.size() & 255)};
    } else {
        out += {static_cast<char>(0x80 | 127),
                0,
                0,
                0,
                0,
                0,
                static_cast<char>(text.size() >> 16),
                static_cast<char>(text.size() >> 8 & 255),
                static_cast<char>(text.size() & 255)};
    }
    out += mask;
    for (std::size_t i = 0; i < text.size(); ++i)
        out.push_back(static_cast<char>(text[i] ^ mask[i % 4]));
    return out;
}

TEST(CloseWatch, OnlyCodesThatMayBeSentAreEchoed) {
    for (unsigned code = 0; code < 65536; ++code) {
        const bool valid = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                           (code >= 3000 && code <= 4999);
        ASSERT_EQ(answer_to_close(payload(code, "bye")), valid ? code : 1002U) << code;
    }
    EXPECT_EQ(answer_to_close(""), 1000U);
    EXPECT_EQ(answer_to_close("\x03"), 1002U);
}

TEST(CloseWatch, AReasonThatIsNoUtf8Is1007) {
    for (const std::string good : {"", "bye", "gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
        EXPECT_EQ(answer_to_close(payload(1000, good)), 1000U) << good;
    for (const std::string bad : {"\xc3\x28", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82",
                                  "\x80", "\xff", "ok \xf8\x88\x80\x80\x80"})
        EXPECT_EQ(answer_to_close(payload(1000, bad)), 1007U) << bad;
    EXPECT_EQ(answer_to_close(payload(999, "\xff")), 1002U);
}

TEST(CloseWatch, SaysNothingOnceAFrameIsNotAsItMustBe) { // Beast's code is about that frame
    const auto close = frame(8, payload(1000));
    const auto with_first = [](std::string text, unsigned char first) {
        text[0] = static_cast<char>(first);
        return text;
    };
    const auto unmasked = [](unsigned char opcode, const std::string& text) {
        return std::string{static_cast<char>(0x80 | opcode), static_cast<char>(text.size())} + text;
    };
    const auto answer = [&](const std::string& before, bool compression = false) {
        CloseWatch watch;
        if (compression) watch.allow_compression();
        watch.read(before + close);
        return watch.answer();
    };
    const auto text = frame(1, "a"), ping = frame(9, "a");
    const auto begun = with_first(text, 0x01), more = with_first(text, 0x00), last = with_first(text, 0x80);
    EXPECT_EQ(answer(text + begun + ping + more + last), 1000U);
    EXPECT_EQ(answer(begun), 1000U) << "in the midst of a message";
    EXPECT_EQ(answer(with_first(text, 0xC1), true), 1000U);
    std::string longer = frame(1, std::string(126, 'a'));
    longer.erase(8, 1);
    longer[3] = 125;
    for (const auto& fault :
         {with_first(text, 0xC1), with_first(text, 0xA1), with_first(text, 0x91), with_first(text, 0x83),
          with_first(text, 0x8B), with_first(ping, 0xC9), with_first(ping, 0x09), with_first(close, 0x08),
          with_first(close, 0xC8), unmasked(1, "a"), unmasked(8, payload(1000)), unmasked(8, ""),
          frame(9, std::string(126, 'a')), frame(8, payload(1000, std::string(124, 'a'))), last, begun + text,
          longer})
        EXPECT_EQ(answer(fault), std::nullopt) << testing::PrintToString(fault);
    EXPECT_EQ(answer(begun + with_first(more, 0x40), true), std::nullopt);
}

RC_GTEST_PROP(CloseWatch, IsFoundBehindAnyMessagesHoweverTheBytesAreCut, ()) {
    std::string stream;
    const auto messages = *rc::gen::container<std::vector<std::size_t>>(
        rc::gen::element<std::size_t>(0, 1, 125, 126, 300, 65535, 65536, 70000));
    for (const auto size : messages)
        stream += frame(size > 125 ? *rc::gen::element<unsigned char>(1, 2)
                                   : *rc::gen::element<unsigned char>(1, 2, 9, 10),
                        std::string(size, '\x88'));
    const auto before = stream.size();
    stream += frame(8, payload(*rc::gen::element(1000U, 3000U), "bye"));
    CloseWatch watch;
    for (std::size_t at = 0; at < stream.size();) {
        RC_ASSERT(!watch.answer());
        const auto size = std::min<std::size_t>(stream.size() - at, *rc::gen::inRange<std::size_t>(1, 5000));
        watch.read(std::string_view(stream).substr(at, size));
        at += size;
    }
    RC_ASSERT(watch.answer().has_value());
    RC_ASSERT(before < stream.size());
}

} // namespace
} // namespace weir::net
