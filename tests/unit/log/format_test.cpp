#include "log/format.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weir::log {
namespace {

constexpr std::chrono::system_clock::time_point at{std::chrono::milliseconds(1'795'465'864'007)};

TEST(LogFormat, TimesAreRfc3339InUtcWithMilliseconds) {
    EXPECT_EQ(format_time(at), "2026-11-23T20:31:04.007Z");
    EXPECT_EQ(format_time(std::chrono::system_clock::time_point{}), "1970-01-01T00:00:00.000Z");
}

TEST(LogFormat, TextQuotesOnlyWhatNeedsIt) {
    const std::vector<Field> fields{{"node", "geth-1"}, {"reason", "lag 12 > 5"},
                                    {"empty", ""},      {"q", "a\"b"},
                                    {"eq", "a=b"},      {"nl", "a\nb"}};
    EXPECT_EQ(
        format_text(at, Level::info, "node became unfit", fields),
        R"(2026-11-23T20:31:04.007Z info node became unfit node=geth-1 reason="lag 12 > 5" empty="" q="a\"b" eq="a=b" nl="a\nb")");
    EXPECT_EQ(format_text(at, Level::error, "m", {}), "2026-11-23T20:31:04.007Z error m");
}

TEST(LogFormat, JsonIsOneObjectWithItsFieldsInOrder) {
    const std::vector<Field> fields{{"node", "geth-1"}, {"n", "5"}};
    EXPECT_EQ(
        format_json(at, Level::warn, "say \"hi\"", fields),
        R"({"ts":"2026-11-23T20:31:04.007Z","level":"warn","msg":"say \"hi\"","node":"geth-1","n":"5"})");
}

std::string ascii() {
    return *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
}

RC_GTEST_PROP(LogFormat, AnEventIsOneLineAndItsJsonGivesItsValuesBack, ()) {
    const std::vector<Field> fields{{"a", ascii()}, {"b", ascii()}};
    const auto text = format_text(at, Level::info, "m", fields);
    RC_ASSERT(text.find('\n') == std::string::npos);
    const auto json = format_json(at, Level::info, "m", fields);
    RC_ASSERT(json.find('\n') == std::string::npos);
    const auto parsed = boost::json::parse(json).as_object();
    RC_ASSERT(parsed.at("a").as_string() == fields[0].value);
    RC_ASSERT(parsed.at("b").as_string() == fields[1].value);
}

TEST(LogLevel, NamesAreReadBack) {
    for (const auto level :
         {Level::trace, Level::debug, Level::info, Level::warn, Level::error, Level::off}) {
        Level got = Level::off;
        EXPECT_TRUE(parse_level(to_string(level), got));
        EXPECT_EQ(got, level);
    }
    Level kept = Level::warn;
    for (const auto* name : {"", "INFO", "warning", "infox"})
        EXPECT_FALSE(parse_level(name, kept)) << name;
    EXPECT_EQ(kept, Level::warn);
}

} // namespace
} // namespace weir::log
