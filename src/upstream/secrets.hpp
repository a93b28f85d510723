// What weir adds to requests and no client may learn: keys in a node's URL, user info, header values. A node
// may say them back, in a redirect or in "no such path: /v2/KEY".
#pragma once

#include "net/url.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::upstream {

/// `headers`: those that go with every request. A part of the path or the query counts when it looks like a
/// key: names such as "mainnet" stand there too, and would be struck out of every sentence.
std::vector<std::string> secrets_of(const net::Url& url,
                                    const std::vector<std::pair<std::string, std::string>>& headers);

bool holds_any(std::string_view text, const std::vector<std::string>& secrets);
/// "***" in the place of each.
std::string struck_out(std::string_view text, const std::vector<std::string>& secrets);

} // namespace weir::upstream
