// How long the feeds wait before they try again or believe what they doubt: in one place, so that tests
// can take no time.
#pragma once

#include "net/io.hpp"

namespace weir::feeds {

struct Pauses {
    net::milliseconds first{50}, longest{1000}; ///< between rounds of questions that nobody could answer
    net::milliseconds trust{10'000};     ///< then a source lower than what clients were told is believed
    net::milliseconds refusal{30'000};   ///< how long a node's refusal of a subscription stands
    net::milliseconds second_word{2000}; ///< then a number is believed that nobody else confirms or denies
    /// How old a block must be for an empty list of its logs to be believed where its bloom says that there
    /// may be some: nodes have a block some milliseconds before its logs (Erigon). As two nodes say it, and
    /// as the only one that answers.
    net::milliseconds empty_by_two{250}, empty_by_one{1000};
};

} // namespace weir::feeds
