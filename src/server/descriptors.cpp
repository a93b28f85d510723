#include "server/descriptors.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace weir::server {

namespace {

constexpr std::size_t for_the_process =
    16; // standard streams, the log's own, signals; files that are read, a resolver
constexpr std::size_t for_a_loop = 3; // epoll, its timer, what wakes it
constexpr std::size_t for_a_node =
    4; // a check on a connection of its own, its WebSocket, the feeds' questions

std::size_t less(std::size_t from, std::size_t what) {
    return from > what ? from - what : 0;
}

} // namespace

DescriptorShares share_descriptors(std::size_t limit, const config::Config& config, std::size_t listeners) {
    const auto& server = config.server;
    const std::size_t workers = server.workers;
    const std::size_t apart = (config.admin.listen_port ? 1U : 0U) + (config.metrics.port ? 1U : 0U);
    std::size_t nodes = 0, pooled = 0;
    for (const auto* list : {&config.el_primary, &config.el_backup, &config.cl}) {
        nodes += list->size();
        for (const auto& node : *list)
            pooled += less(node.max_connections, workers);
    }
    DescriptorShares out;
    const std::size_t fixed = for_the_process + for_a_loop * (workers + 1) + listeners * workers + 2 * apart;
    const std::size_t for_nodes = nodes * (for_a_node + workers);
    out.needed = fixed + for_nodes + pooled + server.spare_connections + server.max_connections * (1 + apart);
    // Where there is little, the pages are content with little; every worker has some.
    out.spare = std::min(server.spare_connections, std::max(workers, limit / 16));
    const auto rest = less(limit, fixed + for_nodes + out.spare);
    const auto wanted =
        server.reserved_descriptors ? less(*server.reserved_descriptors, for_nodes) : rest / 2;
    const auto reserve = std::min({pooled, wanted, rest});
    const auto for_clients = rest - reserve;
    out.own = server.max_connections * (1 + apart) <= for_clients
                  ? server.max_connections
                  : std::min<std::size_t>(server.max_connections, std::max<std::size_t>(1, for_clients / 8));
    out.clients = std::min(server.max_connections, less(for_clients, apart * out.own));
    // One each, whatever the sums say: a weir that serves nobody is of no use.
    out.clients = std::max(out.clients, std::min(workers, server.max_connections));
    out.nodes = std::min(pooled, std::max(reserve, less(rest, out.clients + apart * out.own)));
    return out;
}

std::size_t raise_descriptor_limit(std::size_t needed) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return needed;
    if (limit.rlim_cur >= needed) return limit.rlim_cur;
    rlimit raised{needed, std::max<rlim_t>(needed, limit.rlim_max)};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) return needed; // root, or the hard limit is high enough
    raised = {limit.rlim_max, limit.rlim_max};
    return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? limit.rlim_max : limit.rlim_cur;
}

} // namespace weir::server
