// Apart from the rest of Stream: the kernel's tcp_info is newer than the C library's, and the two headers
// exclude each other.
#include <cstddef>
#include <cstdint>
#include <linux/tcp.h>
#include <sys/socket.h>

namespace weir::net {

std::uint64_t acknowledged_bytes_of(int descriptor);
bool peer_has_ended(int descriptor);
bool is_unacknowledged(int descriptor);

namespace {

/// How many bytes of `info` are known; 0 when nothing is.
std::size_t ask(int descriptor, tcp_info& info) {
    socklen_t size = sizeof info;
    constexpr int tcp_level = 6; // IPPROTO_TCP
    return getsockopt(descriptor, tcp_level, TCP_INFO, &info, &size) == 0 ? size : 0;
}

} // namespace

std::uint64_t acknowledged_bytes_of(int descriptor) {
    tcp_info info{};
    const auto known = ask(descriptor, info);
    if (known < offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked) return 0;
    return info.tcpi_bytes_acked;
}

bool peer_has_ended(int descriptor) {
    tcp_info info{};
    constexpr int established = 1; // TCP_ESTABLISHED
    return ask(descriptor, info) > 0 && info.tcpi_state != established;
}

bool is_unacknowledged(int descriptor) {
    tcp_info info{};
    return ask(descriptor, info) > 0 && info.tcpi_unacked > 0 && info.tcpi_retransmits > 0;
}

} // namespace weir::net
