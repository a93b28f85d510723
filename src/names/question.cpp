#include "names/question.hpp"

#include "net/origin.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <ares.h>
#include <cstring>
#include <map>
#include <netdb.h>
#include <netinet/in.h>
#include <utility>

namespace weir::names {

namespace asio = net::asio;
using net::Clock;

namespace {

using Descriptor = asio::posix::basic_stream_descriptor<net::Executor>;

constexpr int tries = 3; ///< of each server

void take_addresses(const ares_addrinfo& found, int family, Family& into) {
    into.state = Family::State::none;
    std::chrono::seconds ttl = std::chrono::seconds::max();
    for (const auto* node = found.nodes; node; node = node->ai_next) {
        if (node->ai_family != family) continue;
        if (family == AF_INET) {
            sockaddr_in address{};
            std::memcpy(&address, node->ai_addr, sizeof address);
            into.addresses.emplace_back(asio::ip::address_v4(ntohl(address.sin_addr.s_addr)));
        } else {
            sockaddr_in6 address{};
            std::memcpy(&address, node->ai_addr, sizeof address);
            asio::ip::address_v6::bytes_type bytes{};
            std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
            into.addresses.emplace_back(asio::ip::address_v6(bytes, address.sin6_scope_id));
        }
        ttl = std::min(ttl, std::chrono::seconds(node->ai_ttl));
    }
    if (into.addresses.empty()) return;
    for (const auto* alias = found.cnames; alias; alias = alias->next)
        ttl = std::min(ttl, std::chrono::seconds(alias->ttl));
    into.state = Family::State::found;
    into.ttl = ttl;
}

} // namespace

/// The c-ares channels of one question, and the loop's watch over their sockets. A channel reads the system's
/// files when it is made, so each question has its own and goes by what they say now.
struct Question::Channel {
    /// One socket of c-ares, which opens and closes it.
    struct Socket {
        Socket(net::IoContext& io, int fd)
            : descriptor(io, fd) {}
        Descriptor descriptor;
        bool reading = false, writing = false;               ///< c-ares wants to hear of it
        bool awaits_reading = false, awaits_writing = false; ///< the loop has been told
    };
    struct Waiting {
        Channel* channel;
        int family;
    };

    explicit Channel(Question& question)
        : owner(question)
        , timer(question.io_) {}
    ~Channel() {
        ended = true;
        timer.cancel();
        if (dns) ares_destroy(dns);
    }
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    void start();
    bool ask_hosts_file();
    bool open_dns();
    void answered(int status, int family, ares_addrinfo* result);
    void fail(std::string_view why);
    void watch(int fd, bool reading, bool writing);
    void await(int fd, const std::shared_ptr<Socket>& socket);
    void set_timer();
    void process(int readable, int writable);

    Question& owner;
    ares_channel dns = nullptr;
    std::map<int, std::shared_ptr<Socket>> sockets;
    net::Timer timer;
    Clock::time_point deadline;
    Waiting v4{this, AF_INET}, v6{this, AF_INET6};
    bool ended = false;
};

void Question::Channel::start() {
    std::string_view name = owner.host_;
    if (name.ends_with('.')) name.remove_suffix(1);
    if (net::is_loopback_name(name)) { // RFC 6761 §6.3: whatever files and servers say
        owner.v4_ = {Family::State::found, {asio::ip::address_v4::loopback()}, {}};
        owner.v6_ = {Family::State::found, {asio::ip::address_v6::loopback()}, {}};
        return owner.tell();
    }
    if (ask_hosts_file()) return owner.tell();
    if (!open_dns()) return fail("the resolver's configuration cannot be used");
    deadline = Clock::now() + owner.settings_.timeout;
    ares_addrinfo_hints hints{};
    hints.ai_flags = ARES_AI_NOSORT;
    hints.ai_socktype = SOCK_STREAM;
    for (auto* waiting : {&v4, &v6}) {
        hints.ai_family = waiting->family;
        const auto done = [](void* self, int status, int, ares_addrinfo* result) {
            const auto* asked = static_cast<Waiting*>(self);
            asked->channel->answered(status, asked->family, result);
        };
        ares_getaddrinfo(dns, owner.host_.c_str(), nullptr, &hints, done, waiting);
    }
    set_timer();
}

/// A name that is in it is looked up nowhere else, whichever family it has there.
bool Question::Channel::ask_hosts_file() {
    ares_options options{};
    char files[] = "f";
    options.lookups = files;
    ares_channel channel = nullptr;
    if (ares_init_options(&channel, &options, ARES_OPT_LOOKUPS) != ARES_SUCCESS) return false;
    ares_addrinfo_hints hints{};
    hints.ai_flags = ARES_AI_NOSORT;
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    const auto done = [](void* self, int status, int, ares_addrinfo* result) {
        auto& question = static_cast<Channel*>(self)->owner;
        if (status != ARES_SUCCESS || !result) return;
        take_addresses(*result, AF_INET, question.v4_);
        take_addresses(*result, AF_INET6, question.v6_);
        ares_freeaddrinfo(result);
    };
    ares_getaddrinfo(channel, owner.host_.c_str(), nullptr, &hints, done, this);
    ares_destroy(channel);
    if (owner.any()) return true;
    owner.v4_ = owner.v6_ = {};
    return false;
}

bool Question::Channel::open_dns() {
    ares_options options{};
    char servers_only[] = "b";
    options.lookups = servers_only;
    options.timeout = static_cast<int>(std::max<long>(1, owner.settings_.timeout.count() / 4));
    options.tries = tries;
    options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
        static_cast<Channel*>(self)->watch(fd, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    const int given = ARES_OPT_LOOKUPS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
    if (ares_init_options(&dns, &options, given) != ARES_SUCCESS) return false;
    if (owner.settings_.servers.empty()) return true;
    std::string list;
    for (const auto& server : owner.settings_.servers)
        list += (list.empty() ? "" : ",") + server;
    return ares_set_servers_ports_csv(dns, list.c_str()) == ARES_SUCCESS;
}

void Question::Channel::answered(int status, int family, ares_addrinfo* result) {
    if (result && !ended) {
        take_addresses(*result, family, family == AF_INET ? owner.v4_ : owner.v6_);
    }
    if (result) ares_freeaddrinfo(result);
    if (ended) return;
    auto& state = (family == AF_INET ? owner.v4_ : owner.v6_).state;
    if (state == Family::State::pending) {
        const bool nothing_there = status == ARES_ENODATA || status == ARES_ENOTFOUND;
        state = nothing_there ? Family::State::none : Family::State::failed;
        if (!nothing_there)
            owner.trouble_ = status == ARES_ECANCELLED ? "no answer in time" : ares_strerror(status);
    }
    owner.tell();
}

void Question::Channel::fail(std::string_view why) {
    owner.trouble_ = why;
    owner.v4_.state = owner.v6_.state = Family::State::failed;
    owner.tell();
}

/// Called by c-ares for each change of its mind; before it closes a socket, with neither.
void Question::Channel::watch(int fd, bool reading, bool writing) {
    const auto found = sockets.find(fd);
    if (!reading && !writing) {
        if (found == sockets.end()) return;
        found->second->descriptor.release(); // c-ares closes it
        sockets.erase(found);
        return;
    }
    const auto socket = found != sockets.end() ? found->second : std::make_shared<Socket>(owner.io_, fd);
    sockets[fd] = socket;
    socket->reading = reading;
    socket->writing = writing;
    await(fd, socket);
}

void Question::Channel::await(int fd, const std::shared_ptr<Socket>& socket) {
    const auto self = owner.weak_from_this();
    // Those that have been released hear of it as cancelled, or find another in their place.
    const auto here = [self, fd, socket](Channel*& channel) {
        auto question = self.lock();
        channel = question ? question->channel_.get() : nullptr;
        if (!channel) return question;
        const auto present = channel->sockets.find(fd);
        if (present == channel->sockets.end() || present->second != socket) channel = nullptr;
        return question;
    };
    if (socket->reading && !std::exchange(socket->awaits_reading, true)) {
        socket->descriptor.async_wait(Descriptor::wait_read, [here, fd, socket](net::error_code ec) {
            socket->awaits_reading = false;
            Channel* channel = nullptr;
            const auto kept = here(channel);
            if (!channel || ec == asio::error::operation_aborted) return;
            channel->process(fd, ARES_SOCKET_BAD);
        });
    }
    if (socket->writing && !std::exchange(socket->awaits_writing, true)) {
        socket->descriptor.async_wait(Descriptor::wait_write, [here, fd, socket](net::error_code ec) {
            socket->awaits_writing = false;
            Channel* channel = nullptr;
            const auto kept = here(channel);
            if (!channel || ec == asio::error::operation_aborted) return;
            channel->process(ARES_SOCKET_BAD, fd);
        });
    }
}

void Question::Channel::process(int readable, int writable) {
    if (Clock::now() >= deadline)
        ares_cancel(dns);
    else
        ares_process_fd(dns, readable, writable);
    for (const auto& [fd, socket] : std::map(sockets))
        await(fd, socket);
    set_timer();
}

/// For what c-ares has to do when nothing comes, and for the end of the patience.
void Question::Channel::set_timer() {
    if (owner.done()) {
        timer.cancel();
        return;
    }
    timeval next{};
    auto at = deadline;
    if (ares_timeout(dns, nullptr, &next)) {
        const auto wait = std::chrono::seconds(next.tv_sec) + std::chrono::microseconds(next.tv_usec);
        at = std::min(at, Clock::now() + wait);
    }
    timer.expires_at(at);
    timer.async_wait([self = owner.weak_from_this()](net::error_code ec) {
        const auto question = self.lock();
        if (ec || !question || !question->channel_) return;
        question->channel_->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
}

Question::Question(net::IoContext& io, std::string host, Settings settings)
    : io_(io)
    , host_(std::move(host))
    , settings_(std::move(settings)) {}

Question::~Question() = default;

void Question::start(std::function<void()> news) {
    static const int initialised = ares_library_init(ARES_LIB_INIT_ALL);
    news_ = std::move(news);
    channel_ = std::make_unique<Channel>(*this);
    if (initialised != ARES_SUCCESS) return channel_->fail("c-ares cannot be used");
    channel_->start();
}

void Question::cancel() {
    news_ = nullptr;
    channel_.reset();
}

/// Not from within c-ares: who hears of it may have had enough.
void Question::tell() {
    asio::post(io_, [self = weak_from_this()] {
        const auto question = self.lock();
        if (!question || !question->news_) return;
        const auto news = question->news_;
        news();
    });
}

} // namespace weir::names
