#include "server/descriptors.hpp"

#include "log/log.hpp"

#include <algorithm>
#include <string>
#include <sys/resource.h>

namespace weir::server {

namespace {

constexpr rlim_t for_weir_itself = 256; // listeners, timers, checks, the feeds' own questions

rlim_t needed(const config::Config& config) {
    rlim_t sum = for_weir_itself + config.server.max_connections;
    for (const auto* nodes : {&config.el_primary, &config.el_backup, &config.cl}) {
        for (const auto& node : *nodes)
            sum += node.max_connections;
    }
    return sum;
}

} // namespace

void raise_descriptor_limit(const config::Config& config) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const auto wanted = needed(config);
    if (limit.rlim_cur >= wanted) return;
    rlimit raised{wanted, std::max(wanted, limit.rlim_max)};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) return; // root, or the hard limit is high enough
    raised = {limit.rlim_max, limit.rlim_max};
    setrlimit(RLIMIT_NOFILE, &raised);
    log::warn("fewer file descriptors than this configuration can need: connections past the limit will wait",
              {{"limit", std::to_string(limit.rlim_max)}, {"needed", std::to_string(wanted)}});
}

} // namespace weir::server
