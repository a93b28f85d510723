// The whole of a running weir: workers that serve, and the control thread (the caller's) that watches
// nodes, takes signals and reloads. Returns when a signal has ended it.
#pragma once

#include "config/reader.hpp"

#include <functional>

namespace weir::server {

inline constexpr int exit_clean = 0;
inline constexpr int exit_bad_configuration = 1;
inline constexpr int exit_cannot_start = 2;

/// Reads the configuration again, for SIGHUP.
using Reload = std::function<config::Reading()>;

int run(const config::Config& config, const Reload& reload);

} // namespace weir::server
