// The words by which nodes and providers say what is wrong, in one table with where they come from: the data
// of chain/error_class. docs/node-errors.md says what weir does about each kind.
#pragma once

#include "chain/error_class.hpp"

#include <span>
#include <string_view>

namespace weir::chain {

struct ErrorWords {
    ErrorClass error_class;
    std::span<const std::string_view> phrases; ///< one of them is said, as Wording::says() takes them
    std::span<const std::string_view> with{};  ///< and one of these somewhere, if there are any
    bool of_size_too = false;                  ///< of a call without bounds it may be said of its size
};

/// Of the transaction that was sent, or of the call's execution: whatever the code, as codes of clients
/// collide
/// (-32009 is a gas price for Besu, a rate for QuickNode). In order of judgement.
std::span<const ErrorWords> words_of_execution();
/// Of params that cannot be read, with -32602.
std::span<const std::string_view> words_of_params();
/// Of the pace of requests as opposed to the size of one, and of a block that is yet to come as opposed to
/// a range that is too wide. In order of judgement.
std::span<const ErrorWords> words_of_size();
/// All others, in order of judgement.
std::span<const ErrorWords> words_of_the_rest();
/// A file or a connection of the node ended too early. Of a raw transaction its decoder says the same.
std::span<const std::string_view> words_of_an_eof();
/// Of a key or a plan, except of transactions.
std::span<const std::string_view> words_of_keeping_out();

} // namespace weir::chain
