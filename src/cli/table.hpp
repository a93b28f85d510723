// The table of nodes that `probe` and `status` print.
#pragma once

#include <string>
#include <vector>

namespace weir::cli {

struct Row {
    std::string name, tier, client, chain, head, lag, latency, state;
};

/// Columns as wide as their widest cell; a column without any text is left out.
std::string render(const std::vector<Row>& rows);

} // namespace weir::cli
