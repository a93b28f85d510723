// The table of nodes that `probe` and `status` print.
#pragma once

#include <string>
#include <vector>

namespace weir::cli {

struct Row {
    std::string name, tier, client, chain, head, lag, latency, state;
};

/// What a node's row says of its standing.
std::string state_text(bool fit, bool held_back, const std::string& reason, const std::string& note);

/// Columns as wide as their widest cell; a column without any text is left out.
std::string render(const std::vector<Row>& rows);

} // namespace weir::cli
