// A node's end of HTTP connections on loopback, plain or TLS, that says what a test wants it to say and when.
#pragma once

#include "net/stream.hpp"
#include "net/tls.hpp"
#include "upstream/pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weir::upstream {

namespace asio = net::asio;
using namespace std::chrono_literals;

inline std::string http_answer(std::string_view body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

class HttpPeer {
  public:
    explicit HttpPeer(net::IoContext& context)
        : io(context)
        , acceptor(io, {asio::ip::address_v4::loopback(), 0}) {
        asio::co_spawn(io, serve(), asio::detached);
    }

    net::IoContext& io;
    net::Acceptor acceptor;
    net::TlsContext tls;
    /// What it says to a request, in writes of their own.
    std::function<std::vector<std::string>(const std::string&)> answer = [](const std::string&) {
        return std::vector{http_answer("own")};
    };
    int connections = 0, requests = 0, written = 0;

    Addresses addresses() const { return address_list({acceptor.local_endpoint()}); }
    /// Says something on the last connection, whoever listens.
    void say(std::string text) { asio::co_spawn(io, write(last, {std::move(text)}), asio::detached); }
    /// Below TLS, if there is any, and at once.
    void say_raw(std::string_view bytes) {
        EXPECT_EQ(last->socket().write_some(asio::buffer(bytes.data(), bytes.size())), bytes.size());
    }
    void hang_up() { last->close(); }

  private:
    using Side = std::shared_ptr<net::Stream>;

    net::Task<> serve() {
        for (;;) {
            auto [ec, socket] = co_await acceptor.async_accept(net::use_task);
            if (ec) co_return;
            socket.set_option(net::tcp::no_delay(true));
            ++connections;
            last = std::make_shared<net::Stream>(std::move(socket));
            asio::co_spawn(io, session(last), asio::detached);
        }
    }
    net::Task<> session(Side side) {
        if (tls) {
            const auto refused = co_await side->tls_accept(*tls);
            if (refused) co_return;
        }
        std::string in;
        std::array<char, 4096> space;
        const auto buffer = asio::buffer(space);
        for (;;) {
            const auto [ec, n] = co_await side->async_read_some(buffer, net::use_task);
            if (ec) co_return;
            in.append(space.data(), n);
            if (!in.ends_with("\r\n\r\n")) continue;
            ++requests;
            auto texts = answer(std::exchange(in, {}));
            co_await write(side, std::move(texts));
        }
    }
    net::Task<> write(Side side, std::vector<std::string> texts) {
        for (const auto& text : texts) {
            const auto buffer = asio::buffer(text);
            co_await asio::async_write(*side, buffer, net::use_task);
        }
        ++written;
    }

    Side last;
};

/// A certificate for localhost, made anew.
class Certificate {
  public:
    Certificate() {
        const auto made =
            std::system(("cd " + folder.string() +
                         " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                         " -keyout key.pem -out cert.pem -subj /CN=localhost"
                         " -addext subjectAltName=DNS:localhost >/dev/null 2>&1")
                            .c_str());
        EXPECT_EQ(made, 0);
    }
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;
    ~Certificate() { std::filesystem::remove_all(folder); }
    net::TlsContext server() const { return *net::make_server_tls(folder / "cert.pem", folder / "key.pem"); }
    std::shared_ptr<net::RenewableTls> client() const {
        return std::make_shared<net::RenewableTls>(*net::make_client_tls({file(), true, {}, {}}));
    }
    std::string file() const { return folder / "cert.pem"; }

  private:
    static std::filesystem::path make_folder() {
        std::string name = std::filesystem::temp_directory_path() / "weir_certificate_XXXXXX";
        return mkdtemp(name.data());
    }
    std::filesystem::path folder = make_folder();
};

} // namespace weir::upstream
