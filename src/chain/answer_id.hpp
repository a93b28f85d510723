// Whose answer is it? Ids of JSON-RPC (2.0 §4, §5) compared as values, and found in answers wherever they
// stand: some nodes write them last.
#pragma once

#include "chain/json_rpc.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::chain {

/// True when two raw ids are the same JSON value: strings with their escapes resolved, numbers by value (1,
/// 1.0 and 1e0), and a number too long for a double also as a node shows it that keeps ids in one
/// (JavaScript). A number is never a string. `asked` is what was sent, `named` what the answer says.
bool same_id(std::string_view asked, std::string_view named);

/// The answer names another call than the one that was asked. One that names none may be meant: fronts that
/// refuse have not read the id (null), some leave it out. A result for null is somebody's who asked with
/// null.
bool names_another(const Answer& answer, std::string_view asked);
/// The same of a whole answer's text, wherever in it the id stands; false when it is not one JSON object.
bool names_another(std::string_view answer, std::string_view asked);

/// An id of weir's own: a whole number, however it is written.
std::optional<std::uint64_t> own_id(std::string_view named);

/// The end of an answer of which only the end is at hand: whether the id in it names another call.
class AnswerTail {
  public:
    void add(std::string_view piece);
    bool names_another(std::string_view asked) const;

  private:
    std::string text_;
};

} // namespace weir::chain
