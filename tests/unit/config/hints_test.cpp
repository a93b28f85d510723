// A hint is right or absent: every key of the schema, mistyped in every way and put into every wrong table.
#include "config/hints.hpp"
#include "config/schema.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

namespace weir::config {
namespace {

struct Home {
    std::string table; ///< as hints write it
    Place place;
    std::string fixed;
};

const std::vector<Home>& homes() {
    static const std::vector<Home> all{{"[server]", Place::fixed, "server"},
                                       {"[admin]", Place::fixed, "admin"},
                                       {"[global]", Place::fixed, "global"},
                                       {"[metrics]", Place::fixed, "metrics"},
                                       {"[[el.primary]] or [[el.backup]]", Place::el_node, ""},
                                       {"[[cl]]", Place::cl_node, ""}};
    return all;
}

std::set<std::string> keys_in(const Home& home) {
    std::set<std::string> names;
    Config config;
    if (home.place == Place::fixed) {
        for (const auto& key : keys_of(config)) {
            if (key.table == home.fixed) names.emplace(key.name);
        }
    } else {
        for (const auto name : node_keys(home.place == Place::el_node))
            names.emplace(name);
    }
    return names;
}

bool is_known(const std::string& name) {
    for (const auto& home : homes()) {
        if (keys_in(home).count(name)) return true;
    }
    return false;
}

std::vector<std::string> typos_of(const std::string& name) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        auto text = name;
        text.erase(i, 1);
        out.push_back(text);
        text = name;
        text[i] = 'x';
        out.push_back(text);
        text = name;
        text.insert(i, 1, 'q');
        out.push_back(text);
        text = name;
        text.insert(i, 1, name[i]);
        out.push_back(text);
        if (i + 1 < name.size()) {
            text = name;
            std::swap(text[i], text[i + 1]);
            out.push_back(text);
        }
    }
    return out;
}

/// The words of a hint that are names of keys.
std::set<std::string> named_by(const std::string& hint) {
    std::set<std::string> names;
    std::string word;
    for (const char c : hint + ' ') {
        if ((c >= 'a' && c <= 'z') || c == '_') {
            word += c;
        } else {
            if (is_known(word)) names.insert(word);
            word.clear();
        }
    }
    return names;
}

TEST(Hints, AKeyMistypedInItsOwnTableIsFound) {
    std::size_t tried = 0;
    for (const auto& home : homes()) {
        for (const auto& name : keys_in(home)) {
            for (const auto& typo : typos_of(name)) {
                if (is_known(typo) || typo.size() < 3) continue; // another key, or too little to go by
                ++tried;
                const auto hint = hint_for(home.place, home.fixed, typo);
                EXPECT_TRUE(named_by(hint).count(name)) << home.table << ' ' << typo << ": " << hint;
            }
        }
    }
    EXPECT_GT(tried, 3000U);
}

TEST(Hints, AKeyInAWrongTableIsSentToEveryTableThatHasIt) {
    for (const auto& home : homes()) {
        for (const auto& name : keys_in(home)) {
            for (const auto& wrong : homes()) {
                if (keys_in(wrong).count(name)) continue;
                const bool url = wrong.place != Place::fixed && (name == "url" || name.ends_with("_url"));
                if (url) continue; // see the next test
                const auto hint = hint_for(wrong.place, wrong.fixed, name);
                EXPECT_TRUE(hint.starts_with("it belongs into "))
                    << wrong.table << ' ' << name << ": " << hint;
                for (const auto& right : homes()) {
                    EXPECT_EQ(hint.find(right.table) != std::string::npos, keys_in(right).count(name) == 1)
                        << wrong.table << ' ' << name << ": " << hint;
                }
            }
        }
    }
}

TEST(Hints, TheTwoLayersUrlsAreToldApart) {
    EXPECT_EQ(hint_for(Place::el_node, {}, "url"), "did you mean http_url?");
    EXPECT_EQ(hint_for(Place::cl_node, {}, "http_url"), "did you mean url?");
    EXPECT_EQ(hint_for(Place::cl_node, {}, "ws_url"), "remove it");
}

TEST(Hints, AKeyMistypedInAWrongTableIsFoundOrNothingIsSaid) {
    for (const auto& home : homes()) {
        for (const auto& name : keys_in(home)) {
            for (const auto& wrong : homes()) {
                for (const auto& typo : typos_of(name)) {
                    if (is_known(typo) || typo.size() < 3) continue;
                    const auto hint = hint_for(wrong.place, wrong.fixed, typo);
                    const auto named = named_by(hint);
                    // What is nearer to a key of this very table may have been meant as well.
                    bool near_here = false;
                    for (const auto& other : named)
                        near_here = near_here || keys_in(wrong).count(other);
                    EXPECT_TRUE(named.empty() || named.count(name) || near_here)
                        << wrong.table << ' ' << typo << ": " << hint;
                }
            }
        }
    }
}

TEST(Hints, TablesAndTiersAreFoundToo) {
    EXPECT_EQ(hint_for(Place::top, {}, "servr"), "did you mean server?");
    EXPECT_EQ(hint_for(Place::top, {}, "metric"), "did you mean metrics?");
    EXPECT_EQ(hint_for(Place::top, {}, "port"), "it belongs into [metrics] or [server]");
    EXPECT_EQ(hint_for(Place::el, {}, "primry"), "did you mean primary?");
    EXPECT_EQ(hint_for(Place::top, {}, "network"), "remove it");
}

TEST(Hints, WhatIsAnotherWordIsNotAnswered) {
    for (const auto* word : {"quux", "zzzzzzzzzzzz", "timeout", "max", "bind", "address", "rate",
                             "max_per_second", "max_consecutive", "name_of_the_node"}) {
        EXPECT_EQ(hint_for(Place::fixed, "global", word), "remove it") << word;
    }
}

RC_GTEST_PROP(Hints, AreTotalOverAnyBytes, (const std::string& text)) {
    for (const auto& home : homes())
        RC_ASSERT(!hint_for(home.place, home.fixed, text).empty());
}

TEST(Nearest, OnlyAKeyThatMayBeMeantIsNamed) {
    const std::array<std::string_view, 3> keys{"listen", "workers", "tls_cert"};
    EXPECT_EQ(nearest_of("lisen", keys), "did you mean listen?");
    EXPECT_EQ(nearest_of("tls-cert", keys), "did you mean tls_cert?");
    EXPECT_EQ(nearest_of("quux", keys), "");
    EXPECT_EQ(nearest_of("", {}), "");
}

} // namespace
} // namespace weir::config
