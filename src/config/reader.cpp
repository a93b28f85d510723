#include "config/reader.hpp"

#include "config/hints.hpp"
#include "config/listen.hpp"
#include "config/node_reader.hpp"
#include "config/schema.hpp"
#include "config/values.hpp"
#include "net/tls.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sys/stat.h>
#include <thread>

namespace weir::config {

std::string to_string(const Mistake& mistake) {
    std::string out = mistake.file;
    if (mistake.line != 0) out += ':' + std::to_string(mistake.line) + ':' + std::to_string(mistake.column);
    out += ": ";
    if (!mistake.key.empty()) out += mistake.key + ": ";
    out += mistake.problem;
    if (!mistake.remedy.empty()) out += ", " + mistake.remedy;
    return out;
}

std::optional<std::string> process_environment(const std::string& name) {
    const char* value =
        std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe): nobody here ever calls setenv
    return value ? std::optional<std::string>(value) : std::nullopt;
}

namespace {

constexpr std::array<std::string_view, 4> fixed_tables{"server", "admin", "global", "metrics"};

std::string in_table(std::string_view table, std::string_view key) {
    return std::string(table) + '.' + std::string(key);
}

class Reader {
  public:
    Reader(Notes& notes, const Environment& environment)
        : notes_(notes)
        , environment_(environment) {}

    void read(const toml::table& root, Config& config) {
        const auto keys = keys_of(config);
        for (const auto& [name, node] : root) {
            const auto key = std::string(name.str());
            if (key == "el") {
                read_el(node, config);
            } else if (key == "cl") {
                read_nodes(node, "cl", false, config.cl);
            } else if (std::find(fixed_tables.begin(), fixed_tables.end(), key) != fixed_tables.end()) {
                read_fixed(key, node, keys);
            } else {
                notes_.mistake(name.source(), key, "unknown key", hint_for(Place::top, {}, key));
            }
        }
        check_whole(root, config);
    }

  private:
    void read_fixed(const std::string& table, const toml::node& node, const std::vector<Key>& keys) {
        const auto* fields = node.as_table();
        if (!fields) {
            notes_.mistake(node.source(), table, "must be a table", "write [" + table + "]");
            return;
        }
        for (const auto& [name, value] : *fields) {
            const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& key) {
                return key.table == table && key.name == name.str();
            });
            if (found == keys.end()) {
                notes_.mistake(name.source(), in_table(table, name.str()), "unknown key",
                               hint_for(Place::fixed, table, name.str()));
            } else {
                read_value(notes_, environment_, in_table(table, name.str()), value, found->target);
            }
        }
    }

    void read_el(const toml::node& node, Config& config) {
        const auto* tiers = node.as_table();
        if (!tiers) {
            notes_.mistake(node.source(), "el", "must hold tables", "write [[el.primary]] and [[el.backup]]");
            return;
        }
        for (const auto& [name, value] : *tiers) {
            if (name.str() == "primary") {
                read_nodes(value, "el.primary", true, config.el_primary);
            } else if (name.str() == "backup") {
                read_nodes(value, "el.backup", true, config.el_backup);
            } else {
                notes_.mistake(name.source(), in_table("el", name.str()), "unknown key",
                               hint_for(Place::el, {}, name.str()));
            }
        }
    }

    void read_nodes(const toml::node& node, const std::string& table, bool el, std::vector<NodeConfig>& out) {
        const auto* list = node.as_array();
        if (!list) {
            notes_.mistake(node.source(), table, "must be a list of tables",
                           "write [[" + table + "]] once per node");
            return;
        }
        NodeReader reader(notes_, environment_);
        for (const auto& entry : *list) {
            if (const auto* fields = entry.as_table()) {
                out.push_back(reader.read(*fields, table, el));
            } else {
                notes_.mistake(entry.source(), table, "must be a table",
                               "write [[" + table + "]] once per node");
            }
        }
    }

    void check_whole(const toml::table& root, const Config& config) {
        const auto& top = root.source();
        if (!config.has_el() && !config.has_cl() && !root.contains("el") && !root.contains("cl")) {
            notes_.mistake(top, "", "no node", "add at least one [[el.primary]] or [[cl]]");
        }
        if (root.contains("el") && config.el_primary.empty()) {
            notes_.mistake(root.get("el")->source(), "el", "no primary node",
                           "add at least one [[el.primary]]");
        }
        if (config.el_primary.size() + config.el_backup.size() > max_nodes_per_layer ||
            config.cl.size() > max_nodes_per_layer) {
            notes_.mistake(top, "", "too many nodes",
                           "at most " + std::to_string(max_nodes_per_layer) + " per layer");
        }
        const auto& server = config.server;
        if (server.tls_cert.empty() != server.tls_key.empty()) {
            notes_.mistake(root.get("server")->source(),
                           server.tls_cert.empty() ? "server.tls_cert" : "server.tls_key", "missing",
                           "tls_cert and tls_key go together");
        } else if (!server.tls_cert.empty()) {
            const auto tls = net::make_server_tls(server.tls_cert, server.tls_key);
            if (!tls) {
                notes_.mistake(root.get("server")->source(), "server.tls_cert", tls.error(),
                               "name a PEM certificate chain and its private key, readable by weir");
            }
        }
        check_listen(root);
        check_apart(root, config);
        check_ttls(root, config.global);
        check_methods(root, config.global);
        check_metrics(root, config);
    }

    /// Of two entries the closer one counts: of one that is in both lists, which?
    void check_methods(const toml::table& root, const Global& global) {
        const auto* unsafe = root["global"]["unsafe_methods"].as_array();
        if (!unsafe) return;
        for (const auto& entry : *unsafe) {
            const auto name = entry.value_or(std::string());
            if (std::find(global.safe_methods.begin(), global.safe_methods.end(), name) !=
                global.safe_methods.end()) {
                notes_.mistake(entry.source(), "global.unsafe_methods", "given in safe_methods, too",
                               "keep it in one of the two");
            }
        }
    }

    /// Vixy's spelling and ours say the same thing: of two that differ, which one would hold?
    void check_listen(const toml::table& root) {
        const auto* server = root["server"].as_table();
        if (!server || !server->contains("listen")) return;
        for (const auto* key : {"host", "port"}) {
            if (const auto* both = server->get(key)) {
                notes_.mistake(both->source(), in_table("server", key), "given beside server.listen",
                               "keep either listen, or host and port");
            }
        }
    }

    /// What has an address of its own must not ask for one that is taken.
    void check_apart(const toml::table& root, const Config& config) {
        const auto& listen = config.server.listen;
        const auto taken_by_clients = [&](const ListenAddress& address) {
            return std::any_of(listen.begin(), listen.end(),
                               [&](const ListenAddress& other) { return collide(other, address); });
        };
        std::optional<ListenAddress> admin, metrics;
        if (config.admin.listen_port) admin = {config.admin.listen_host, *config.admin.listen_port};
        if (config.metrics.enabled && config.metrics.port) {
            const auto& host = config.metrics.host;
            metrics = {host.empty() ? listen.front().host : host, *config.metrics.port};
        }
        if (admin && taken_by_clients(*admin)) {
            notes_.mistake(root["admin"]["listen"].node()->source(), "admin.listen",
                           "clients are served there already",
                           "give it another port, or leave it out: then its pages are there, too");
        }
        if (!metrics) return;
        const auto& place = root["metrics"]["port"].node()->source();
        if (taken_by_clients(*metrics)) {
            notes_.mistake(place, "metrics.port", "clients are served there already",
                           "give it another port, or leave it out: then /metrics is there, too");
        } else if (admin && collide(*admin, *metrics)) {
            notes_.mistake(place, "metrics.port", "is the port of admin.listen, too",
                           "give it another port, or leave it out: then /metrics is there, too");
        }
    }

    void check_ttls(const toml::table& root, const Global& global) {
        if (global.dns_min_ttl <= global.dns_max_ttl) return;
        const auto* shortest = root["global"]["dns_min_ttl_ms"].node();
        const auto* longest = root["global"]["dns_max_ttl_ms"].node();
        notes_.mistake((shortest ? shortest : longest)->source(),
                       shortest ? "global.dns_min_ttl_ms" : "global.dns_max_ttl_ms",
                       "the least is more than the most",
                       "dns_min_ttl_ms may be dns_max_ttl_ms (" + std::to_string(global.dns_max_ttl.count()) +
                           ") at most");
    }

    void check_metrics(const toml::table& root, const Config& config) {
        const auto& top = root.source();
        if (!config.metrics.host.empty() && !config.metrics.port) {
            notes_.warning(root["metrics"].node()->source(), "metrics.host", "has no effect",
                           "without metrics.port the metrics are where the other pages are");
        }
        const auto& prefix = config.metrics.prefix;
        const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
        if (prefix.empty() || !word(prefix.front()) ||
            !std::all_of(prefix.begin(), prefix.end(),
                         [&](char c) { return word(c) || (c >= '0' && c <= '9'); })) {
            notes_.mistake(root.get("metrics") ? root.get("metrics")->source() : top, "metrics.prefix",
                           "not a metric name", "use letters, digits and _, not beginning with a digit");
        }
    }

    Notes& notes_;
    const Environment& environment_;
};

/// Each part of a dotted key is a table in a table, and toml++ ends those by recursion: a line with thousands
/// of them would end weir, on a reload a running one. What is quoted or a comment does not count.
std::optional<std::uint32_t> too_deep_line(std::string_view text) {
    constexpr std::size_t most = 64;
    std::uint32_t line = 1;
    std::size_t dots = 0;
    char quote = 0;
    bool comment = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') {
            ++line;
            dots = 0;
            quote = 0;
            comment = false;
        } else if (comment) {
            continue;
        } else if (quote != 0) {
            if (c == '\\' && quote == '"' && i + 1 < text.size() && text[i + 1] != '\n')
                ++i;
            else if (c == quote)
                quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '#') {
            comment = true;
        } else if (c == '.' && ++dots > most) {
            return line;
        }
    }
    return std::nullopt;
}

} // namespace

Reading read_text(std::string_view text, const std::string& file, const Environment& environment) {
    Reading reading;
    Notes notes{file, reading.mistakes, reading.warnings, {}};
    reading.config.server.workers = std::max(1U, std::thread::hardware_concurrency());
    if (const auto line = too_deep_line(text)) {
        reading.mistakes.push_back(
            {file, *line, 1, {}, "a key of too many parts", "no key has more than three"});
        return reading;
    }
    try {
        const toml::table root = toml::parse(text, file);
        Reader(notes, environment).read(root, reading.config);
    } catch (const toml::parse_error& error) {
        notes.mistake(error.source(), "", "not TOML: " + std::string(error.description()), "");
    }
    std::stable_sort(reading.mistakes.begin(), reading.mistakes.end(),
                     [](const Mistake& a, const Mistake& b) {
                         return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                     });
    return reading;
}

Reading read_file(const std::string& path, const Environment& environment) {
    Reading failed;
    const auto fail = [&](std::string problem, std::string remedy) {
        failed.mistakes.push_back({path, 0, 0, {}, std::move(problem), std::move(remedy)});
        return failed;
    };
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return fail("no such file", "name one with --config");
    if (S_ISDIR(info.st_mode)) return fail("is a directory", "name a file with --config");
    const std::string too_large = "is larger than " + std::to_string(max_file_bytes >> 20) + " MiB";
    constexpr const char* another = "name a configuration with --config";
    if (S_ISREG(info.st_mode) && static_cast<std::uint64_t>(info.st_size) > max_file_bytes)
        return fail(too_large, another);
    std::ifstream in(path, std::ios::binary);
    std::string text;
    std::array<char, 16 * 1024> piece;
    while (in.read(piece.data(), piece.size()) || in.gcount() > 0) {
        text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
        if (text.size() > max_file_bytes) return fail(too_large, another); // a pipe or a device tells no size
    }
    if (!in.eof()) return fail("cannot be read", "check its permissions");
    return read_text(text, path, environment);
}

} // namespace weir::config
