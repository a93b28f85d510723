// What a host name stands for, asked once: loopback for localhost, else the hosts file, else DNS, IPv4 and
// IPv6 side by side. Nothing blocks. Uses c-ares: unlike getaddrinfo() it tells how long an answer holds, and
// can be told to stop.
#pragma once

#include "net/io.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weir::names {

struct Settings {
    std::vector<std::string> servers; ///< "192.0.2.1" or "192.0.2.1:5353"; empty: those of the system
    std::chrono::milliseconds timeout{
        5000}; ///< for one question, whatever servers and search domains there are
};

/// What is known of the addresses of one family.
struct Family {
    enum class State : std::uint8_t {
        pending,
        found,
        none,   ///< there is no address of this family, or no such name
        failed, ///< nobody could say
    };
    State state = State::pending;
    std::vector<net::asio::ip::address> addresses;
    std::chrono::seconds ttl{0}; ///< 0 where nobody says: the hosts file
};

class Question : public std::enable_shared_from_this<Question> {
  public:
    Question(net::IoContext& io, std::string host, Settings settings);
    ~Question();
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;

    /// `news` is called whenever a family is not pending any more, never from within this.
    void start(std::function<void()> news);
    /// No news from now on.
    void cancel();

    const Family& v4() const { return v4_; }
    const Family& v6() const { return v6_; }
    bool done() const { return v4_.state != Family::State::pending && v6_.state != Family::State::pending; }
    /// Neither the hosts file nor DNS knows the name.
    bool unknown() const { return v4_.state == Family::State::none && v6_.state == Family::State::none; }
    bool any() const { return !v4_.addresses.empty() || !v6_.addresses.empty(); }
    /// Why nobody could say, in words.
    const std::string& trouble() const { return trouble_; }

  private:
    struct Channel;
    void tell();

    net::IoContext& io_;
    std::string host_;
    Settings settings_;
    std::unique_ptr<Channel> channel_;
    Family v4_, v6_;
    std::string trouble_;
    std::function<void()> news_;
};

} // namespace weir::names
