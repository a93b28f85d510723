#include "config/values.hpp"

#include "chain/method_list.hpp"
#include "chain/namespaces.hpp"
#include "config/hints.hpp"
#include "config/listen.hpp"
#include "net/origin.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace weir::config {

namespace {

std::string_view kind_of(const toml::node& node) {
    switch (node.type()) {
    case toml::node_type::string:
        return "a string";
    case toml::node_type::integer:
        return "an integer";
    case toml::node_type::floating_point:
        return "a fraction";
    case toml::node_type::boolean:
        return "a boolean";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::table:
        return "a table";
    default:
        return "a date or time";
    }
}

/// "32MiB", "64 KiB", "1000"; powers of 1024.
std::optional<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    while (unit.starts_with(' '))
        unit.remove_prefix(1);
    unsigned shift = 0;
    if (unit == "KiB")
        shift = 10;
    else if (unit == "MiB")
        shift = 20;
    else if (unit == "GiB")
        shift = 30;
    else if (!unit.empty() && unit != "B")
        return std::nullopt;
    if (value > (std::numeric_limits<std::uint64_t>::max() >> shift)) return std::nullopt;
    return value << shift;
}

class ValueReader {
  public:
    ValueReader(Notes& notes, const Environment& environment, const std::string& key, const toml::node& node)
        : notes_(notes)
        , environment_(environment)
        , key_(key)
        , node_(node) {}

    void operator()(const Duration& target) {
        const auto n = integer("a number of milliseconds");
        if (n && in_range(*n, target.min, target.max)) target.value = milliseconds(*n);
    }
    void operator()(const OptionalDuration& target) {
        target.value.reset();
        if (node_.value_exact<std::string>() == "auto") return;
        const auto n = integer(R"("auto", or a number of milliseconds)");
        if (n && in_range(*n, target.min, target.max)) target.value = milliseconds(*n);
    }
    void operator()(const Count& target) { count(target.value, target.min, target.max); }
    void operator()(const Count32& target) {
        std::uint64_t value = target.value;
        count(value, target.min, target.max);
        target.value = static_cast<std::uint32_t>(value);
    }
    void operator()(const OptionalCount& target) {
        std::uint64_t value = 0;
        if (count(value, target.min, target.max)) target.value = value;
    }
    void operator()(const OptionalPort& target) {
        std::uint64_t value = 0;
        if (count(value, 1, 65535)) target.value = static_cast<std::uint16_t>(value);
    }
    void operator()(const ListenPort& target) {
        std::uint64_t value = 0;
        if (count(value, 0, 65535)) target.value.front().port = static_cast<std::uint16_t>(value);
    }
    void operator()(const Size& target) {
        if (!node_.is_string()) {
            count(target.value, target.min, target.max);
            return;
        }
        const auto text = read_string(notes_, environment_, key_, node_);
        if (!text) return;
        const auto size = parse_size(*text);
        if (!size) {
            mistake("not a size", R"(write bytes, or "64KiB", "32MiB", "1GiB")");
        } else if (*size < target.min || *size > target.max) {
            out_of_range(target.min, target.max);
        } else {
            target.value = *size;
        }
    }
    void operator()(const Flag& target) {
        if (const auto value = node_.value_exact<bool>())
            target.value = *value;
        else
            wrong_type("true or false");
    }
    void operator()(const OptionalFlag& target) {
        bool value = false;
        (*this)(Flag{value});
        target.value = value;
    }
    void operator()(const Text& target) {
        if (auto text = read_string(notes_, environment_, key_, node_)) target.value = std::move(*text);
    }
    void operator()(const ListenList& target) {
        std::vector<ListenAddress> list;
        const auto* entries = node_.as_array();
        if (!entries) {
            if (auto address = listen(node_)) list.push_back(std::move(*address));
        } else if (entries->empty()) {
            mistake("is an empty list", R"(write "127.0.0.1:8080", or a list of such)");
        } else {
            for (const auto& entry : *entries) {
                auto address = listen(entry);
                if (address && apart(entry, *address, list)) list.push_back(std::move(*address));
            }
        }
        if (!list.empty()) target.value = std::move(list);
    }
    void operator()(const ListenHost& target) { (*this)(HostName{target.value.front().host}); }
    void operator()(const OptionalListen& target) {
        if (auto address = listen(node_)) {
            target.host = std::move(address->host);
            target.port = address->port;
        }
    }
    void operator()(const HostName& target) {
        const auto text = read_string(notes_, environment_, key_, node_);
        if (!text) return;
        // An IPv6 address needs no brackets here: no port follows.
        const bool bare = text->find(':') != std::string::npos && !text->starts_with('[');
        const std::string whole = bare ? '[' + *text + ']' : *text;
        const auto authority = net::split_authority(whole);
        if (authority && authority->port.empty())
            target.value = authority->host;
        else
            mistake("not an address", R"(write "127.0.0.1", "0.0.0.0" or "::1")");
    }
    void operator()(const Secret& target) {
        auto text = read_string(notes_, environment_, key_, node_);
        if (!text) return;
        if (text->empty() ||
            !std::all_of(text->begin(), text->end(), [](char c) { return c > ' ' && c <= '~'; }))
            mistake("not a usable token", "use printable ASCII characters without spaces");
        else
            target.value = std::move(*text);
    }
    void operator()(const PolicyName& target) {
        const auto text = read_string(notes_, environment_, key_, node_);
        if (!text) return;
        if (*text == "priority")
            target.value = Policy::priority;
        else if (*text == "round_robin")
            target.value = Policy::round_robin;
        else if (*text == "least_latency")
            target.value = Policy::least_latency;
        else
            mistake("no such policy", "write priority, round_robin or least_latency");
    }
    void operator()(const PublishName& target) {
        const auto text = read_string(notes_, environment_, key_, node_);
        if (!text) return;
        if (*text == "one")
            target.value = Publish::one;
        else if (*text == "all")
            target.value = Publish::all;
        else
            mistake("neither one nor all", "write one or all");
    }
    void operator()(const MethodList& target) {
        each_string([&](std::string text, const toml::node& entry) {
            if (chain::is_method_pattern(text))
                target.value.push_back(std::move(text));
            else
                mistake_at(entry, "not a method",
                           R"(write its name, or a beginning and a "*" behind it: "abc_*")");
        });
    }
    void operator()(const ServerList& target) {
        each_string([&](const std::string& text, const toml::node& entry) {
            const bool bare = std::count(text.begin(), text.end(), ':') > 1 && !text.starts_with('[');
            auto server = bare ? '[' + text + ']' : text;
            const auto authority = net::split_authority(server);
            if (!authority || !authority->address)
                mistake_at(entry, "not an address",
                           R"(write "192.0.2.1", "192.0.2.1:5353" or "[2001:db8::1]:53")");
            else
                target.value.push_back(std::move(server));
        });
    }
    void operator()(const HostList& target) {
        each_string([&](const std::string& text, const toml::node& entry) {
            const auto authority = net::split_authority(text);
            if (text == "*")
                target.value.push_back(text);
            else if (authority && authority->port.empty() && text.find('*') == std::string::npos)
                target.value.push_back(net::lower_case(authority->host));
            else
                mistake_at(entry, "not a host name",
                           R"(write the name alone, "weir.example", or "*" for any)");
        });
    }
    void operator()(const OriginList& target) {
        each_string([&](const std::string& text, const toml::node& entry) {
            auto origin = net::normal_origin(text);
            if (text == "*")
                target.value.push_back(text);
            else if (origin && text.find('*') == std::string::npos)
                target.value.push_back(std::move(*origin));
            else if (text ==
                     "null") // any page can make itself one: a frame with the sandbox attribute is enough
                mistake_at(entry, "every page can be that one", R"(write "*" if every page may call weir)");
            else
                mistake_at(entry, "not an origin", R"(write "https://app.example", or "*" for any)");
        });
    }
    void operator()(const NamespaceList& target) {
        const auto dangerous = chain::dangerous_namespaces();
        each_string([&](std::string text, const toml::node& entry) {
            if (text == "*" || std::find(dangerous.begin(), dangerous.end(), text) != dangerous.end()) {
                target.value.push_back(std::move(text));
            } else if (text == "debug") { // the whole of it
                target.value.emplace_back("debug_set*");
            } else if (const auto hint = nearest_of(text, dangerous); !hint.empty()) {
                mistake_at(entry, "not a namespace that is refused", hint);
            } else {
                notes_.warning(entry.source(), key_ + '.' + text, "has no effect",
                               "what is not dangerous needs no leave");
            }
        });
    }

  private:
    std::optional<ListenAddress> listen(const toml::node& node) {
        const auto text = read_string(notes_, environment_, key_, node);
        if (!text) return std::nullopt;
        auto address = parse_listen(*text);
        if (address) return std::move(*address);
        mistake_at(node, address.error(), R"(write "127.0.0.1:8080", "[::1]:8080" or "*:8080")");
        return std::nullopt;
    }
    bool apart(const toml::node& entry, const ListenAddress& address,
               const std::vector<ListenAddress>& list) {
        const bool covered = std::any_of(list.begin(), list.end(), [&](const auto& other) {
            return covers(other, address) || covers(address, other);
        });
        if (covered) mistake_at(entry, "another address of the list covers it", "keep one of them");
        return !covered;
    }
    template <class Take>
    void each_string(Take take) {
        const auto* list = node_.as_array();
        if (!list) {
            wrong_type("a list of strings");
            return;
        }
        for (const auto& entry : *list) {
            if (auto text = read_string(notes_, environment_, key_, entry)) take(std::move(*text), entry);
        }
    }
    std::optional<std::int64_t> integer(std::string_view wanted) {
        const auto value = node_.value_exact<std::int64_t>();
        if (!value) wrong_type(wanted);
        return value;
    }
    bool count(std::uint64_t& out, std::uint64_t min, std::uint64_t max) {
        const auto n = integer("an integer");
        if (!n) return false;
        if (*n < 0 || static_cast<std::uint64_t>(*n) < min || static_cast<std::uint64_t>(*n) > max) {
            out_of_range(min, max);
            return false;
        }
        out = static_cast<std::uint64_t>(*n);
        return true;
    }
    bool in_range(std::int64_t n, std::int64_t min, std::int64_t max) {
        if (n >= min && n <= max) return true;
        out_of_range(static_cast<std::uint64_t>(min), static_cast<std::uint64_t>(max));
        return false;
    }
    void out_of_range(std::uint64_t min, std::uint64_t max) {
        mistake("out of range", "must be from " + std::to_string(min) + " to " + std::to_string(max));
    }
    void wrong_type(std::string_view wanted) {
        mistake("is " + std::string(kind_of(node_)), "must be " + std::string(wanted));
    }
    void mistake(std::string problem, std::string remedy) {
        mistake_at(node_, std::move(problem), std::move(remedy));
    }
    void mistake_at(const toml::node& node, std::string problem, std::string remedy) {
        notes_.mistake(node.source(), key_, std::move(problem), std::move(remedy));
    }

    Notes& notes_;
    const Environment& environment_;
    const std::string& key_;
    const toml::node& node_;
};

} // namespace

std::optional<std::string> read_string(Notes& notes, const Environment& environment, const std::string& key,
                                       const toml::node& node) {
    const auto text = node.value_exact<std::string>();
    if (!text) {
        notes.mistake(node.source(), key, "is " + std::string(kind_of(node)), "must be a string");
        return std::nullopt;
    }
    std::string out;
    std::size_t at = 0;
    bool good = true;
    for (;;) {
        const auto dollar = text->find("${", at);
        if (dollar == std::string::npos) break;
        if (dollar > at && (*text)[dollar - 1] == '$') { // "$${" stands for "${"
            out.append(*text, at, dollar - 1 - at).append("${");
            at = dollar + 2;
            continue;
        }
        const auto close = text->find('}', dollar);
        if (close == std::string::npos) {
            notes.mistake(node.source(), key, "${ without }",
                          "write ${NAME}, or $${ for the characters themselves");
            return std::nullopt;
        }
        const auto name = text->substr(dollar + 2, close - dollar - 2);
        const auto value = environment(name);
        if (!value) {
            notes.mistake(node.source(), key, "environment variable " + name + " is not set",
                          "set it before the start");
            good = false;
        }
        out.append(*text, at, dollar - at).append(value.value_or(""));
        at = close + 1;
    }
    out.append(*text, at);
    return good ? std::optional(out) : std::nullopt;
}

void read_value(Notes& notes, const Environment& environment, const std::string& key, const toml::node& node,
                const Target& target) {
    ValueReader reader(notes, environment, key, node);
    std::visit(reader, target);
}

} // namespace weir::config
