#include "options.hpp"

#include <charconv>
#include <iostream>
#include <string_view>

namespace simnode {
namespace {

constexpr std::string_view usage =
    "usage: simnode --el-port N --cl-port N --control-port N [--host ADDRESS] [--chain-id N] [--seed N]\n"
    "               [--genesis-time UNIX_MS] [--block-time-ms N] [--tls-cert FILE --tls-key FILE]\n"
    "               [--client-version TEXT] [--keepalive-ms N] [--empty-blooms] [--null-rounds N]\n"
    "               [--exit-with-parent]\n";

template <class Number>
bool read(std::string_view text, Number& into) {
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return error == std::errc{} && end == text.data() + text.size();
}

bool assign(Options& options, std::string_view name, std::string_view value) {
    if (name == "--el-port") return read(value, options.el_port);
    if (name == "--cl-port") return read(value, options.cl_port);
    if (name == "--control-port") return read(value, options.control_port);
    if (name == "--host") return options.host = value, true;
    if (name == "--chain-id") return read(value, options.chain_id);
    if (name == "--seed") return read(value, options.seed);
    if (name == "--genesis-time") return read(value, options.genesis_time_ms.emplace());
    if (name == "--block-time-ms") return read(value, options.block_time_ms) && options.block_time_ms >= 0;
    if (name == "--null-rounds") return read(value, options.null_rounds) && options.null_rounds != 1;
    if (name == "--keepalive-ms") return read(value, options.keepalive_ms) && options.keepalive_ms >= 0;
    if (name == "--tls-cert") return options.tls_cert = value, true;
    if (name == "--tls-key") return options.tls_key = value, true;
    if (name == "--client-version") return options.client_version = value, true;
    return false;
}

} // namespace

std::optional<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        std::string_view name = argv[i];
        if (name == "--exit-with-parent") {
            options.exit_with_parent = true;
            continue;
        }
        if (name == "--empty-blooms") {
            options.empty_blooms = true;
            continue;
        }
        if (i + 1 == argc || !assign(options, name, argv[i + 1])) {
            std::cerr << "simnode: bad argument " << name << '\n' << usage;
            return std::nullopt;
        }
        ++i;
    }
    if (options.tls_cert.empty() != options.tls_key.empty()) {
        std::cerr << "simnode: --tls-cert and --tls-key go together\n" << usage;
        return std::nullopt;
    }
    return options;
}

} // namespace simnode
