// Ten thousand idle WebSocket clients on one thread, all subscribed to newHeads: how much memory each costs
// the proxy, and how long an event takes from the node to the last of them. Measures; asserts only that
// nobody is left out.
//   ws_swarm PORT PATH CLIENTS EVENTS NODE_PORT CONTROL_PORT PID
// PORT, PATH: the proxy. NODE_PORT: the node itself, whose own announcement is where time begins.
// CONTROL_PORT: simnode's, where a block is asked for. PID: the proxy's process, for its memory.
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t most_connecting = 256;
constexpr std::chrono::seconds patience{120};

[[noreturn]] void give_up(const std::string& why) {
    std::cerr << "ws_swarm: " << why << '\n';
    std::exit(1);
}

struct Client {
    enum class State { connecting, upgrading, subscribing, subscribed };
    int descriptor = -1;
    State state = State::connecting;
    std::string in;
    unsigned events = 0;
};

/// A masked frame whose key is zero: what it masks stays readable.
std::string frame(unsigned opcode, std::string_view payload) {
    std::string out;
    out += static_cast<char>(0x80U | opcode);
    if (payload.size() >= 126) {
        out += static_cast<char>(0x80U | 126U);
        out += static_cast<char>(payload.size() >> 8);
        out += static_cast<char>(payload.size() & 255U);
    } else {
        out += static_cast<char>(0x80U | payload.size());
    }
    return out.append(4, '\0').append(payload);
}

class Swarm {
  public:
    Swarm(std::uint16_t port, std::string path, std::size_t count)
        : port_(port)
        , path_(std::move(path))
        , clients_(count) {}

    void connect_all() {
        const auto until = Clock::now() + patience;
        while (subscribed_ < clients_.size()) {
            while (started_ < clients_.size() && started_ - subscribed_ < most_connecting)
                start(clients_[started_++]);
            poll(100);
            if (Clock::now() > until) give_up("only " + std::to_string(subscribed_) + " subscribed");
        }
    }
    /// Reads until each has had `events` in all.
    void wait_for(unsigned events) {
        const auto until = Clock::now() + patience;
        while (!std::all_of(clients_.begin(), clients_.end(),
                            [&](const auto& c) { return c.events >= events; })) {
            const auto before = received_;
            // Without sleeping: on real machines, waking clients up is not the proxy's work either.
            do
                poll(0);
            while (received_ - before < clients_.size() && received_ < events * clients_.size() &&
                   Clock::now() < until);
            if (Clock::now() > until) give_up("some clients were left out");
        }
    }
    void poll(int ms) {
        epoll_event ready[1024];
        const int count = epoll_wait(epoll_, ready, 1024, ms);
        for (int i = 0; i < count; ++i)
            serve(*static_cast<Client*>(ready[i].data.ptr));
    }
    std::vector<Clock::time_point> arrivals; ///< of events, in order

  private:
    void start(Client& client) {
        client.descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (client.descriptor < 0) give_up("socket: " + std::string(std::strerror(errno)));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(client.descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 &&
            errno != EINPROGRESS) {
            give_up("connect: " + std::string(std::strerror(errno)));
        }
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLET;
        event.data.ptr = &client;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, client.descriptor, &event);
    }

    static void send(Client& client, const std::string& text) {
        if (::send(client.descriptor, text.data(), text.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(text.size())) {
            if (errno == EAGAIN && client.state == Client::State::connecting) return;
            give_up("send: " + std::string(std::strerror(errno)));
        }
    }

    void serve(Client& client) {
        if (client.state == Client::State::connecting) {
            int error = 0;
            socklen_t size = sizeof error;
            getsockopt(client.descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
            if (error != 0) give_up("connect: " + std::string(std::strerror(error)));
            send(client,
                 "GET " + path_ +
                     " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
            client.state = Client::State::upgrading;
        }
        for (;;) {
            const auto size = recv(client.descriptor, buffer_, sizeof buffer_, 0);
            if (size < 0 && errno == EAGAIN) return;
            if (size <= 0) give_up("a connection was closed: " + client.in.substr(0, 200));
            client.in.append(buffer_, static_cast<std::size_t>(size));
            take(client);
        }
    }

    void take(Client& client) {
        if (client.state == Client::State::upgrading) {
            const auto end = client.in.find("\r\n\r\n");
            if (end == std::string::npos) return;
            if (!client.in.starts_with("HTTP/1.1 101")) give_up("not upgraded: " + client.in.substr(0, 200));
            client.in.erase(0, end + 4);
            client.state = Client::State::subscribing;
            send(client,
                 frame(1, R"({"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]})"));
        }
        while (client.in.size() >= 2) {
            const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(client.in[i]); };
            std::size_t length = byte(1) & 127U, head = 2;
            if (length == 126) {
                if (client.in.size() < 4) return;
                length = std::size_t{byte(2)} << 8 | byte(3);
                head = 4;
            } else if (length == 127) {
                give_up("a longer frame than expected");
            }
            if (client.in.size() < head + length) return;
            message(client, byte(0) & 15U, std::string_view(client.in).substr(head, length));
            client.in.erase(0, head + length);
        }
        if (client.in.empty()) std::string().swap(client.in);
    }

    void message(Client& client, unsigned opcode, std::string_view payload) {
        if (opcode == 9) return send(client, frame(10, payload));
        if (opcode != 1) give_up("unexpected frame " + std::to_string(opcode));
        if (client.state == Client::State::subscribing &&
            payload.find("\"id\":1") != std::string_view::npos) {
            if (payload.find("\"result\"") == std::string_view::npos) give_up(std::string(payload));
            client.state = Client::State::subscribed;
            ++subscribed_;
        } else if (payload.find("eth_subscription") != std::string_view::npos) {
            ++client.events;
            ++received_;
            arrivals.push_back(Clock::now());
        }
    }

    std::uint16_t port_;
    std::string path_;
    std::vector<Client> clients_;
    std::size_t started_ = 0, subscribed_ = 0, received_ = 0;
    int epoll_ = epoll_create1(0);
    char buffer_[65536];
};

void advance(std::uint16_t control_port) {
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(control_port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string request =
        "POST /advance HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    char answer[1024];
    if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        send(descriptor, request.data(), request.size(), 0) < 0 ||
        recv(descriptor, answer, sizeof answer, 0) <= 0) {
        give_up("the control port does not answer");
    }
    close(descriptor);
}

double resident_kib(int pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) return std::stod(line.substr(6));
    }
    give_up("no process " + std::to_string(pid));
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

std::uint16_t port_of(const char* text) {
    return static_cast<std::uint16_t>(std::atoi(text));
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 8) give_up("usage: ws_swarm PORT PATH CLIENTS EVENTS NODE_PORT CONTROL_PORT PID");
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    const auto count = static_cast<std::size_t>(std::atoi(argv[3]));
    const auto events = static_cast<unsigned>(std::atoi(argv[4]));
    const int pid = std::atoi(argv[7]);

    auto witness = std::make_unique<Swarm>(port_of(argv[5]), "/", 1);
    witness->connect_all();
    auto swarm = std::make_unique<Swarm>(port_of(argv[1]), argv[2], count);
    const double before = resident_kib(pid);
    const auto begin = Clock::now();
    swarm->connect_all();
    const Milliseconds connecting = Clock::now() - begin;
    const double idle = resident_kib(pid);
    std::vector<double> first, middle, last;
    for (unsigned i = 1; i <= events; ++i) {
        witness->arrivals.clear();
        swarm->arrivals.clear();
        advance(port_of(argv[6]));
        // The witness is read first: what it waits in the kernel would be added to everybody's time
        // otherwise.
        witness->wait_for(i);
        swarm->wait_for(i);
        const auto zero = witness->arrivals.back();
        const auto after = [&](std::size_t k) { return Milliseconds(swarm->arrivals[k] - zero).count(); };
        first.push_back(after(0));
        middle.push_back(after(count / 2));
        last.push_back(after(count - 1));
    }
    const double warm = resident_kib(pid);
    std::printf(
        "clients %zu  connected and subscribed in %.0f ms  KiB per client: idle %.2f, after events %.2f\n",
        count, connecting.count(), (idle - before) / static_cast<double>(count),
        (warm - before) / static_cast<double>(count));
    std::printf(
        "event to client, ms (median of %u events): first %.1f  median %.1f  last %.1f  worst last %.1f\n",
        events, median(first), median(middle), median(last), *std::max_element(last.begin(), last.end()));
}
