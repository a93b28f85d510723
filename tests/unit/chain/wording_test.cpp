#include "chain/wording.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace weir::chain {
namespace {

TEST(Wording, CaseSpacingAndPunctuationDoNotMatter) {
    for (const auto* text : {"already known", "AlreadyKnown", "ALREADY KNOWN", "already_known",
                             "Already-Known.", "tx already   known: 0xab", "ALREADY_EXISTS: already known",
                             "txAlreadyKnown", R"(already\nknown)", R"(\u0061lready known)"}) {
        EXPECT_TRUE(Wording(text).says("already known")) << text;
    }
}

TEST(Wording, APhraseBeginsWhereAWordDoes) {
    EXPECT_FALSE(Wording("unknown transaction").says("known transaction"));
    EXPECT_FALSE(Wording("block 14444 is there").says("4444|"));
    EXPECT_FALSE(Wording("block 44441 is there").says("4444|"));
    EXPECT_TRUE(Wording("error 4444").says("4444|"));
    EXPECT_TRUE(Wording("OldNonce, Current nonce: 5").says("old nonce"));
    EXPECT_FALSE(Wording("threshold nonce").says("old nonce"));
}

TEST(Wording, APhraseCanEndTheWordOrTheSentence) {
    EXPECT_TRUE(Wording("unexpected end: EOF").says("EOF$"));
    EXPECT_TRUE(Wording("EOF.").says("EOF$"));
    EXPECT_FALSE(Wording("EOF container is invalid").says("EOF$"));
    EXPECT_TRUE(Wording("rlp: expected list").says("rlp|"));
    EXPECT_FALSE(Wording("rlpx handshake").says("rlp|"));
}

TEST(Wording, OfALongSentenceTheBeginningAndTheEndAreLookedAt) {
    const std::string middle(100'000, 'x');
    EXPECT_TRUE(Wording("already known " + middle).says("already known"));
    EXPECT_TRUE(Wording("failed: " + middle + " pebble: closed").says("pebble closed"));
    EXPECT_FALSE(Wording(middle + " already known " + middle).says("already known"));
}

RC_GTEST_PROP(Wording, IsTotalAndSaysItself, (const std::string& text)) {
    const Wording wording(text);
    wording.says(text);
    const auto word = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')));
    RC_ASSERT(Wording(". " + word + " (" + text.substr(0, 20)).says(word.substr(0, 700)));
}

} // namespace
} // namespace weir::chain
