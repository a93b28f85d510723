// What a sentence says, whatever its case, spacing and punctuation: "already known" is said by
// "AlreadyKnown", "ALREADY_EXISTS: already known" and "Already  known." alike, and not by "unknown": a phrase
// begins where a word does. Clients write the same thing in all these ways, and change them from one release
// to the next.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace weir::chain {

class Wording {
  public:
    /// What a node may say at length is looked at in its beginning and its end, where Go puts the cause.
    static constexpr std::size_t looked_at_first = 768, looked_at_last = 256;

    /// `text` as it stands between a JSON string's quotes.
    explicit Wording(std::string_view text);

    /// Of `phrase` only letters and digits count, in any case. With '|' at its end it must end with a word,
    /// with '$' with the sentence.
    bool says(std::string_view phrase) const;
    bool says_any(std::span<const std::string_view> phrases) const;

  private:
    void read(std::string_view text);
    bool says_at(std::size_t at, std::string_view phrase) const;
    bool ends_word(std::size_t at) const;

    static constexpr unsigned char begins_word = 0x80;

    std::array<unsigned char, looked_at_first + looked_at_last> letters_{}; ///< lower case; with the mark
    std::size_t size_ = 0;
};

} // namespace weir::chain
