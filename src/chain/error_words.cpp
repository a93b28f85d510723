#include "chain/error_words.hpp"

#include "chain/words_of_calls.hpp"
#include "chain/words_of_nodes.hpp"

#include <array>

namespace weir::chain {

namespace {

constexpr std::array execution_rows{
    ErrorWords{ErrorClass::nonce, words::refused},
    ErrorWords{ErrorClass::known_transaction, words::known},
    ErrorWords{ErrorClass::nonce_too_low, words::old_nonce},
    ErrorWords{ErrorClass::execution, words::executed},
    ErrorWords{ErrorClass::request, words::undecodable},
};

constexpr std::array size_rows{
    ErrorWords{ErrorClass::rate_limit, words::rate},
    ErrorWords{ErrorClass::rate_limit, words::measured, words::used_up},
    ErrorWords{ErrorClass::missing_data, words::ahead},
    ErrorWords{ErrorClass::missing_data, words::placed, words::not_yet},
    ErrorWords{ErrorClass::too_large, words::large},
    ErrorWords{ErrorClass::too_large, words::sized, words::oversized},
};

constexpr std::array rows{
    ErrorWords{ErrorClass::missing_data, words::missing},
    ErrorWords{ErrorClass::not_allowed, words::keys, words::not_taken},
    ErrorWords{ErrorClass::no_method, words::methods, words::not_there},
    ErrorWords{ErrorClass::store_gone, words::store_gone},
    ErrorWords{ErrorClass::trouble, words::store_failed},
    ErrorWords{ErrorClass::missing_data, words::data, words::lacking},
    ErrorWords{ErrorClass::missing_data, words::tags, words::unsupported},
    ErrorWords{ErrorClass::not_allowed, words::not_allowed},
    ErrorWords{ErrorClass::request, words::unreadable},
    ErrorWords{ErrorClass::request, words::request},
    ErrorWords{ErrorClass::trouble, words::broke_off},
    ErrorWords{ErrorClass::not_ready, words::timeouts, {}, true},
    ErrorWords{ErrorClass::rate_limit, words::plan, {}, true},
    ErrorWords{ErrorClass::not_ready, words::not_ready},
    ErrorWords{ErrorClass::internal, words::internal},
    ErrorWords{ErrorClass::not_ready, words::servers, words::failing},
    ErrorWords{ErrorClass::missing_data, words::not_here},
    // Anvil answers -32602 over WebSocket for a method it does not know.
    ErrorWords{ErrorClass::no_method, words::no_method},
};

} // namespace

std::span<const ErrorWords> words_of_execution() {
    return execution_rows;
}
std::span<const std::string_view> words_of_params() {
    return words::unreadable;
}
std::span<const ErrorWords> words_of_size() {
    return size_rows;
}
std::span<const ErrorWords> words_of_the_rest() {
    return rows;
}
std::span<const std::string_view> words_of_an_eof() {
    return words::eof;
}
std::span<const std::string_view> words_of_keeping_out() {
    return words::kept_out;
}

} // namespace weir::chain
