// Apart from the rest of Stream: the kernel's tcp_info is newer than the C library's, and the two headers
// exclude each other.
#include <cstddef>
#include <cstdint>
#include <linux/tcp.h>
#include <sys/socket.h>

namespace weir::net {

std::uint64_t acknowledged_bytes_of(int descriptor);

std::uint64_t acknowledged_bytes_of(int descriptor) {
    tcp_info info{};
    socklen_t size = sizeof info;
    constexpr int tcp_level = 6; // IPPROTO_TCP
    if (getsockopt(descriptor, tcp_level, TCP_INFO, &info, &size) != 0) return 0;
    if (size < offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked) return 0;
    return info.tcpi_bytes_acked;
}

} // namespace weir::net
