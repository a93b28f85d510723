// Opens a TCP connection to one of several addresses ("Happy Eyeballs", RFC 8305 §5): they are tried in their
// order, each some time after the one before or as soon as that has failed, and the first to take the
// connection has it. Private to Stream.
#pragma once

#include "net/io.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <span>

namespace weir::net {

/// What became of it. `winner` counts in the order of the addresses.
struct Connected {
    error_code error;
    std::size_t winner = 0;
    /// No address took it, one at least said so, and of the others nothing was heard within two delays:
    /// behind one of them there may be nobody for ever.
    bool refused = false;
};

class Race : public std::enable_shared_from_this<Race> {
  public:
    explicit Race(IoContext& io)
        : io_(io)
        , wake_(io) {}

    /// `winner` is the socket of the connection when there is no error.
    static Task<Connected> run(std::shared_ptr<Race> race, std::span<const tcp::endpoint> order,
                               milliseconds delay, Socket& winner);
    /// run() ends soon, with operation_aborted.
    void cancel();

  private:
    void begin(const tcp::endpoint& address);
    void ended(std::size_t runner, error_code ec);
    void note(error_code ec);

    IoContext& io_;
    Timer wake_;
    std::deque<Socket> runners_;
    std::size_t running_ = 0;
    std::optional<std::size_t> winner_;
    error_code last_;
    bool failed_ = false; ///< since the last one began
    bool any_refused_ = false, any_other_ = false;
    bool cancelled_ = false;
};

/// This machine knows no way there: no word of whoever is there.
bool is_no_way(error_code ec);

} // namespace weir::net
