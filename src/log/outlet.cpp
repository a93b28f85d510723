#include "log/outlet.hpp"

#include <climits>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir::log {

using Clock = std::chrono::steady_clock;

namespace {

constexpr int look_ms = 20; ///< between two looks whether the end has come

} // namespace

Outlet::Outlet(int descriptor)
    : descriptor_(descriptor)
    , until_(std::numeric_limits<std::int64_t>::max()) {
    struct stat info {};
    if (fstat(descriptor, &info) != 0) return;
    if (S_ISSOCK(info.st_mode)) {
        kind_ = Kind::socket; // the journal's, say; MSG_DONTWAIT is for one call only
    } else if (S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode)) {
        const auto path = "/proc/self/fd/" + std::to_string(descriptor);
        const int again = open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (again < 0) return;
        descriptor_ = again;
        own_ = true;
        kind_ = Kind::non_blocking;
    }
}

Outlet::~Outlet() {
    if (own_) close(descriptor_);
}

void Outlet::hurry(std::chrono::milliseconds rest) {
    until_.store((Clock::now() + rest).time_since_epoch().count(), std::memory_order_relaxed);
}

bool Outlet::write(std::string_view line) {
    std::string_view line_end = torn_ ? "\n" : "";
    const auto size = line.size();
    if (put(line_end) && put(line)) {
        torn_ = false;
        return true;
    }
    torn_ = !line_end.empty() || line.size() < size;
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return false;
}

/// Takes from the front of `text` what is out.
bool Outlet::put(std::string_view& text) {
    while (!text.empty()) {
        // One that blocks is asked first, and takes as much as a pipe then has room for.
        if (kind_ == Kind::blocking && !wait()) return false;
        const auto size =
            kind_ == Kind::blocking ? std::min<std::size_t>(text.size(), PIPE_BUF) : text.size();
        const auto n = kind_ == Kind::socket
                           ? send(descriptor_, text.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL)
                           : ::write(descriptor_, text.data(), size);
        if (n >= 0) {
            text.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!wait()) return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

/// False when the time is up.
bool Outlet::wait() const {
    for (;;) {
        const Clock::duration left{until_.load(std::memory_order_relaxed) -
                                   Clock::now().time_since_epoch().count()};
        const bool over = left <= Clock::duration::zero();
        pollfd look{descriptor_, POLLOUT, 0};
        if (poll(&look, 1, over ? 0 : look_ms) > 0)
            return true; // also when the reader has gone: the write says so
        if (over) return false;
    }
}

} // namespace weir::log
