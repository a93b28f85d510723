// Writes what the attempt loop brought back to the client: the head, then the body as it comes,
// never held whole. Nothing can be retried from here on.
#pragma once

#include "forward/attempt_loop.hpp"
#include "net/server_connection.hpp"

#include <string_view>

namespace weir::forward {

/// `foreign`: the answer's end showed that it is another call's; it was withheld, as if the node had broken
/// off.
enum class Delivery : std::uint8_t { complete, client_gone, cut_off, foreign };

/// Outcome::Kind::answer. `between_pieces`: the longest pause within the body; zero: none (event streams).
net::Task<Delivery> deliver_answer(net::ServerConnection& client, Outcome& outcome,
                                   net::milliseconds between_pieces);
/// Outcome::Kind::kept, or any other small answer that carries a node's header lines.
net::Task<Delivery> deliver_whole(net::ServerConnection& client, unsigned status,
                                  std::string_view header_lines, std::string_view body);

} // namespace weir::forward
