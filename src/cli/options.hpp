// What was asked for on the command line.
#pragma once

#include "log/log.hpp"

#include <optional>
#include <string>

namespace weir::cli {

struct Options {
    std::string config_file = "config.toml";
    std::optional<std::string> listen; ///< wins over [server] listen
    std::string status_url = "http://127.0.0.1:8080";
    std::string token; ///< [admin] token of the weir that is asked
    log::Level log_level = log::Level::info;
    log::Format log_format = log::Format::text;
};

} // namespace weir::cli
