#include "cli/table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace weir::cli {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

TEST(Table, ColumnsAreAsWideAsTheirWidestCellAndEmptyOnesAreLeftOut) {
    const std::vector<Row> rows{{"geth-1", "el primary", "", "", "100", "0", "1.5 ms", "fit"},
                                {"a", "cl", "", "", "", "", "", "connection refused"}};
    EXPECT_EQ(render(rows), "NAME    TIER        HEAD  LAG  LATENCY  STATE\n"
                            "geth-1  el primary  100   0    1.5 ms   fit\n"
                            "a       cl                              connection refused\n");
}

RC_GTEST_PROP(Table, HasALineForEveryNodeAndNoSpaceAtTheEndOfOne, ()) {
    std::vector<Row> rows;
    const int count = *rc::gen::inRange(1, 6);
    for (int i = 0; i < count; ++i) {
        const auto cell = [] {
            return *rc::gen::element<std::string>("", "x", "a long cell of words", "12345");
        };
        rows.push_back({"node", cell(), cell(), cell(), cell(), cell(), cell(), cell()});
    }
    const auto lines = lines_of(render(rows));
    RC_ASSERT(lines.size() == rows.size() + 1);
    for (const auto& line : lines)
        RC_ASSERT(!line.empty() && line.back() != ' ');
    // Every cell begins where its column's title does.
    const auto at = lines[0].find("STATE");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (at != std::string::npos && !rows[i].state.empty())
            RC_ASSERT(lines[i + 1].substr(at) == rows[i].state);
    }
}

} // namespace
} // namespace weir::cli
