// Reads and checks a configuration file. Every mistake is reported at once, each with its place and
// its remedy; the values of URLs and headers, which may be secrets, are in none of them.
#pragma once

#include "config/config.hpp"

#include <boost/system/result.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::config {

struct Mistake {
    std::string file;
    unsigned line = 0, column = 0; ///< 1-based; 0 when it has no place in the file
    std::string key;
    std::string problem;
    std::string remedy;
};
/// `file:line:column: key: what is wrong, what would be right`
std::string to_string(const Mistake& mistake);

/// Looks an environment variable up.
using Environment = std::function<std::optional<std::string>(const std::string&)>;
std::optional<std::string> process_environment(const std::string& name);

struct Reading {
    Config config; ///< to be used only when there is no mistake
    std::vector<Mistake> mistakes;
    std::vector<Mistake> warnings; ///< obsolete keys that have no effect
};

Reading read_text(std::string_view text, const std::string& file, const Environment& environment);
/// A file longer than this is none that anybody wrote.
inline constexpr std::size_t max_file_bytes = 4 << 20;
Reading read_file(const std::string& path, const Environment& environment);

} // namespace weir::config
