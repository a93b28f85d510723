// Single TOML values into typed members, with what is wrong with them. Private to config/.
#pragma once

#include "config/reader.hpp"
#include "config/schema.hpp"

// toml++ turns its assertions into assumptions under NDEBUG, and a malformed file breaks one (parse_key()):
// it then finds the mistake itself, if neither an abort nor the optimiser comes first.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <map>
#include <string>
#include <vector>

namespace weir::config {

/// Collects mistakes as the file is read.
struct Notes {
    const std::string& file;
    std::vector<Mistake>& mistakes;
    std::vector<Mistake>& warnings;
    std::map<std::pair<std::string, std::string>, unsigned> names; ///< (layer, node name) → line

    void mistake(const toml::source_region& where, std::string key, std::string problem, std::string remedy) {
        mistakes.push_back(at(where, std::move(key), std::move(problem), std::move(remedy)));
    }
    void warning(const toml::source_region& where, std::string key, std::string problem, std::string remedy) {
        warnings.push_back(at(where, std::move(key), std::move(problem), std::move(remedy)));
    }

  private:
    Mistake at(const toml::source_region& where, std::string key, std::string problem,
               std::string remedy) const {
        return {file,           where.begin.line,   where.begin.column,
                std::move(key), std::move(problem), std::move(remedy)};
    }
};

/// The string with `${NAME}` replaced by the environment's value and `$${` by `${`; nothing, and a mistake,
/// when the value is no string or a variable is not set.
std::optional<std::string> read_string(Notes& notes, const Environment& environment, const std::string& key,
                                       const toml::node& node);

void read_value(Notes& notes, const Environment& environment, const std::string& key, const toml::node& node,
                const Target& target);

} // namespace weir::config
