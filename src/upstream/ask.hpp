// One small question of weir's own to a node: the whole answer, bounded, before a deadline. For health
// checks and for what a verdict must look up; clients' requests go through forward/.
#pragma once

#include "upstream/pool.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::upstream {

struct Question {
    std::string_view method = "GET";
    std::string target;   ///< below the node's own path
    std::string body;     ///< sent as application/json when not empty
    std::uint64_t id = 0; ///< of a JSON-RPC call: an answer to another one is none
    std::size_t max_answer = 1 << 20;
};

struct Reply {
    Failure failure = Failure::none;
    std::string explanation; ///< in words, when it failed
    unsigned status = 0;
    std::string body;
    bool new_connection = false; ///< it had to be opened for this question
    AddressPtr address;          ///< whom it was put to; null when nobody was reached
};

/// A JSON-RPC call; `params` is raw JSON. Without an `id` it gets one that no other call of this thread has.
Question rpc_question(std::string_view method, std::string_view params, std::uint64_t id = 0);

/// The question is a read: when a connection that was idle turns out dead, it is asked again on a new one.
net::Task<Reply> ask(Pool& pool, Addresses addresses, Question question, net::Clock::time_point at);

} // namespace weir::upstream
