// How long a refused call waits, whom it asks again meanwhile, and what it gets in the end.
#include "el/patience.hpp"

#include <gtest/gtest.h>

namespace weir::el {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Waiting {
    net::Clock::time_point begin = net::Clock::now();
    Patience patience{begin + seconds(30)};

    Said said(bool refused, std::string text) {
        Said out;
        out.refused = refused;
        out.ours = !refused;
        out.text = std::move(text);
        return out;
    }
    bool goes_on(Said& said, Hope hope, milliseconds after, const RefusedByAll& by = {}) {
        patience.note(by, begin + after);
        return patience.next_round(said, hope, begin + after).has_value();
    }
};

TEST(Patience, WhatTimeWillNotMendStands) {
    Waiting call;
    auto said = call.said(true, "429");
    EXPECT_FALSE(call.goes_on(said, Hope::none, milliseconds(0)));
    EXPECT_EQ(said.text, "429");
    EXPECT_FALSE(call.patience.waits());
}

TEST(Patience, TheFirstRefusalIsGivenInTheEndAfterOneLastRound) {
    for (const auto& [hope, most] : {std::pair(Hope::coming, seconds(10)), {Hope::soon, seconds(1)}}) {
        Waiting call;
        auto said = call.said(true, "429");
        EXPECT_TRUE(call.goes_on(said, hope, milliseconds(0)));
        for (milliseconds at(250); at < most; at += milliseconds(250)) {
            said = call.said(false, "no node");
            EXPECT_TRUE(call.goes_on(said, hope, at)) << at.count();
            EXPECT_FALSE(call.patience.believes_lower());
        }
        said = call.said(false, "no node");
        EXPECT_TRUE(call.goes_on(said, hope, most)) << "the last round";
        EXPECT_FALSE(call.patience.spares(1, 0, true, call.begin + most)) << "everybody is asked in it";
        said = call.said(false, "no node");
        EXPECT_FALSE(call.goes_on(said, hope, most));
        EXPECT_EQ(said.text, "429");
    }
}

TEST(Patience, AChainThatStaysLowerIsBelievedInTheLastRound) {
    Waiting call;
    auto said = call.said(false, "no fit node");
    EXPECT_TRUE(call.goes_on(said, Hope::behind, milliseconds(0)));
    EXPECT_FALSE(call.patience.believes_lower());
    EXPECT_TRUE(call.goes_on(said, Hope::behind, seconds(10)));
    EXPECT_TRUE(call.patience.believes_lower());
}

TEST(Patience, TheCallsOwnEndComesFirst) {
    Waiting call;
    call.patience = Patience(call.begin + seconds(2));
    auto said = call.said(true, "429");
    EXPECT_EQ(call.patience.next_round(said, Hope::coming, call.begin + milliseconds(1900)),
              call.begin + seconds(2));
    EXPECT_TRUE(call.goes_on(said, Hope::coming, seconds(2)));
    EXPECT_FALSE(call.goes_on(said, Hope::coming, seconds(2)));
}

TEST(Patience, WithoutTimeThereIsNoFurtherRound) {
    Waiting call;
    call.patience = Patience(call.begin);
    auto said = call.said(true, "429");
    EXPECT_FALSE(call.goes_on(said, Hope::coming, milliseconds(0)));
    EXPECT_EQ(said.text, "429");
}

TEST(Patience, NodesThatCannotBeReachedAreWaitedForUntilTheCallsEnd) {
    Waiting call;
    auto said = call.said(false, "no node");
    EXPECT_TRUE(call.goes_on(said, Hope::unreachable, milliseconds(0)));
    EXPECT_TRUE(call.goes_on(said, Hope::unreachable, seconds(29)));
    EXPECT_FALSE(call.goes_on(said, Hope::unreachable, seconds(30)));
}

TEST(Patience, WhoRefusedIsNotAskedAgainAtOnceUnlessItHasGotFurther) {
    Waiting call;
    auto said = call.said(true, "header not found");
    EXPECT_TRUE(call.goes_on(said, Hope::coming, milliseconds(0), {{7, 100}}));
    EXPECT_TRUE(call.patience.spares(7, 100, false, call.begin + milliseconds(249)));
    EXPECT_FALSE(call.patience.spares(7, 101, false, call.begin + milliseconds(10)));
    EXPECT_FALSE(call.patience.spares(7, 100, false, call.begin + milliseconds(250)));
    EXPECT_FALSE(call.patience.spares(8, 100, false, call.begin));
    EXPECT_TRUE(call.patience.spares(8, 100, true, call.begin)) << "it rests";
}

TEST(Patience, ARoundInWhichNobodyWasAskedChangesNothing) {
    Waiting call;
    auto said = call.said(true, "header not found");
    EXPECT_TRUE(call.goes_on(said, Hope::coming, milliseconds(0)));
    said = call.said(false, "no fit node");
    EXPECT_TRUE(call.goes_on(said, Hope::as_before, seconds(9)));
    said = call.said(false, "no fit node");
    EXPECT_FALSE(call.goes_on(said, Hope::none, seconds(9)));
    EXPECT_EQ(said.text, "header not found") << "what a node said beats what weir has to say";
}

} // namespace
} // namespace weir::el
