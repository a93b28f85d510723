// File descriptors: a proxy needs more than the 1024 that a shell usually grants.
#pragma once

#include "config/config.hpp"

namespace weir::server {

/// Raises the process's limit to what this configuration can need, as far as the system allows, and says in
/// the log when that is less.
void raise_descriptor_limit(const config::Config& config);

} // namespace weir::server
