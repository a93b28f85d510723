// The configuration that the options name, with the options' own wishes in it.
#pragma once

#include "cli/options.hpp"
#include "config/reader.hpp"

namespace weir::cli {

config::Reading read_configuration(const Options& options);

/// Every mistake and warning, a line each, to stderr. True when there is no mistake.
bool report(const config::Reading& reading);

} // namespace weir::cli
