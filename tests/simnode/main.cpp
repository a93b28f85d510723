// Puts one node together: a chain, its faults, and the three ports that show and change them.
#include "cl_service.hpp"
#include "control.hpp"
#include "el_service.hpp"
#include "server.hpp"
#include "ws_host.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <cstdlib>
#include <iostream>
#include <sys/resource.h>
#include <unistd.h>

namespace simnode {
namespace {

/// Tests open thousands of connections; the usual soft limit is 1024.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::optional<asio::ssl::context> tls_context(const Options& options) {
    if (options.tls_cert.empty()) return std::nullopt;
    std::optional<asio::ssl::context> context(asio::ssl::context::tls_server);
    context->use_certificate_chain_file(options.tls_cert);
    context->use_private_key_file(options.tls_key, asio::ssl::context::pem);
    return context;
}

/// Stops when stdin ends, as it does when whoever started this process is gone.
class ParentWatch {
  public:
    explicit ParentWatch(asio::io_context& io)
        : io_(io)
        , input_(io, STDIN_FILENO) {
        wait();
    }

  private:
    void wait() {
        input_.async_read_some(asio::buffer(buffer_), [this](boost::system::error_code error, std::size_t) {
            if (error) return io_.stop();
            wait();
        });
    }
    asio::io_context& io_;
    asio::posix::stream_descriptor input_;
    std::array<char, 64> buffer_;
};

void run(const Options& options) {
    raise_descriptor_limit();
    asio::io_context io(1);
    Chain chain(io, options);
    Faults faults;
    Stats stats;
    Stats::Layer control_stats;

    ElNode el_node(chain, stats, options);
    Filters filters(el_node);
    ElService el_service(el_node, filters, faults, stats);
    ClService cl_service(chain, faults, stats, options);
    WsHost websockets(el_node, el_service, faults, stats);
    Control control(chain, faults, stats);

    const auto host = asio::ip::make_address(options.host);
    auto tls = tls_context(options);
    auto* tls_pointer = tls ? &*tls : nullptr;
    Server el(io, {host, options.el_port, tls_pointer, options.keepalive_ms}, el_service, stats.el);
    Server cl(io, {host, options.cl_port, tls_pointer, options.keepalive_ms}, cl_service, stats.cl);
    Server control_server(io, {host, options.control_port, nullptr, 0}, control, control_stats);

    websockets.set_server(el);
    el.websockets = &websockets;
    control.el = &el;
    control.cl = &cl;
    control.drop_websockets = [&] { websockets.abort_all(); };
    control.event_streams = [&] { return cl_service.events().open(); };
    control.on_faults = [&] {
        websockets.faults_changed();
        cl_service.follower().update();
    };
    chain.on_head = [&] {
        websockets.follower().update();
        cl_service.follower().update();
    };
    chain.on_rewind = [&] {
        websockets.follower().rewind();
        cl_service.follower().rewind();
    };
    chain.on_reorg = [&](const Reorg& reorg) {
        websockets.follower().reorganise(reorg);
        cl_service.follower().reorganise(reorg);
    };

    std::optional<ParentWatch> parent;
    if (options.exit_with_parent) parent.emplace(io);
    std::cout << R"({"ready":true,"el":)" << el.port() << R"(,"cl":)" << cl.port() << R"(,"control":)"
              << control_server.port() << "}" << std::endl;
    io.run();
    // Handlers that still wait in io refer to what would be destroyed before it; nothing needs cleaning up.
    std::_Exit(0);
}

} // namespace
} // namespace simnode

int main(int argc, char** argv) {
    auto options = simnode::parse_options(argc, argv);
    if (!options) return 2;
    try {
        simnode::run(*options);
    } catch (const std::exception& error) {
        std::cerr << "simnode: " << error.what() << '\n';
        return 1;
    }
}
