// A DNS server (RFC 1035) on loopback that says what a test tells it to say.
#pragma once

#include "net/io.hpp"

#include <boost/asio/ip/udp.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace weir::names {

struct DnsAnswer {
    bool silent = false;
    unsigned code = 0; ///< 2: SERVFAIL, 3: NXDOMAIN
    std::vector<net::asio::ip::address> addresses{};
    std::uint32_t ttl = 60;
};

class DnsServer {
  public:
    static constexpr unsigned a = 1, aaaa = 28;

    explicit DnsServer(net::IoContext& io)
        : socket_(io, {net::asio::ip::address_v4::loopback(), 0}) {
        hear();
    }
    std::string at() const { return "127.0.0.1:" + std::to_string(socket_.local_endpoint().port()); }
    std::function<DnsAnswer(unsigned type)> say = [](unsigned) { return DnsAnswer{}; };
    std::vector<unsigned> asked; ///< types
    void stop() { socket_.close(); }

  private:
    using Udp = net::asio::ip::udp;

    void hear() {
        socket_.async_receive_from(net::asio::buffer(in_), from_,
                                   [this](net::error_code ec, std::size_t size) {
                                       if (ec) return;
                                       answer(size);
                                       hear();
                                   });
    }
    void answer(std::size_t size) {
        std::size_t end = 12;
        while (end < size && in_[end] != 0)
            end += 1U + in_[end];
        end += 5; // the last label, type and class
        const unsigned type = in_[end - 3];
        asked.push_back(type);
        const auto answer = say(type);
        if (answer.silent) return;
        std::vector<std::uint8_t> out(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(end));
        out[2] = 0x81;
        out[3] = static_cast<std::uint8_t>(0x80 | answer.code);
        out[7] = static_cast<std::uint8_t>(answer.addresses.size());
        out[9] = out[11] = 0;
        for (const auto& address : answer.addresses) {
            const auto byte = [](std::uint32_t value) { return static_cast<std::uint8_t>(value & 0xff); };
            const std::uint8_t length = address.is_v4() ? 4 : 16;
            out.insert(out.end(),
                       {0xc0, 12, 0, byte(type), 0, 1, byte(answer.ttl >> 24), byte(answer.ttl >> 16),
                        byte(answer.ttl >> 8), byte(answer.ttl), 0, length});
            if (address.is_v4()) {
                const auto bytes = address.to_v4().to_bytes();
                out.insert(out.end(), bytes.begin(), bytes.end());
            } else {
                const auto bytes = address.to_v6().to_bytes();
                out.insert(out.end(), bytes.begin(), bytes.end());
            }
        }
        socket_.send_to(net::asio::buffer(out), from_);
    }

    net::asio::basic_datagram_socket<Udp, net::Executor> socket_;
    Udp::endpoint from_;
    std::array<std::uint8_t, 1500> in_{};
};

} // namespace weir::names
