// Every key of the configuration file, once: its table, type, range, default and meaning. Reading,
// range checks, the suggestion for a mistyped key and the reference in docs/ all come from here.
#pragma once

#include "config/config.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace weir::config {

/// How a value is written into its member.
struct Duration {
    milliseconds& value;
    std::int64_t min, max;
};
struct OptionalDuration {
    std::optional<milliseconds>& value;
    std::int64_t min, max;
}; ///< "auto": unset
struct Size {
    std::uint64_t& value;
    std::uint64_t min, max;
}; ///< bytes: integer or "32MiB"
struct Count {
    std::uint64_t& value;
    std::uint64_t min, max;
};
struct Flag {
    bool& value;
};
struct OptionalFlag {
    std::optional<bool>& value;
};
struct Text {
    std::string& value;
};
struct OptionalCount {
    std::optional<std::uint64_t>& value;
    std::uint64_t min, max;
};
struct OptionalPort {
    std::optional<std::uint16_t>& value;
};
struct HostName {
    std::string& value;
}; ///< a name or an address to listen on
struct ListenList {
    std::vector<ListenAddress>& value;
}; ///< one, or a list of them
struct ListenHost {
    std::vector<ListenAddress>& value;
}; ///< of the first
struct ListenPort {
    std::vector<ListenAddress>& value;
}; ///< of the first; 0: any
struct OptionalListen {
    std::string& host;
    std::optional<std::uint16_t>& port;
};
struct PolicyName {
    Policy& value;
};
struct PublishName {
    Publish& value;
};
struct MethodList {
    std::vector<std::string>& value;
};
struct ServerList {
    std::vector<std::string>& value;
}; ///< addresses, with ports or without
struct HostList {
    std::vector<std::string>& value;
};
struct OriginList {
    std::vector<std::string>& value;
};
struct NamespaceList {
    std::vector<std::string>& value;
};
struct Secret {
    std::string& value;
}; ///< never printed; can stand in a header
struct Count32 {
    std::uint32_t& value;
    std::uint32_t min, max;
};

using Target =
    std::variant<Duration, OptionalDuration, Size, Count, Count32, Flag, OptionalFlag, Text, OptionalCount,
                 OptionalPort, HostName, ListenList, ListenHost, ListenPort, OptionalListen, PolicyName,
                 PublishName, MethodList, ServerList, HostList, OriginList, NamespaceList, Secret>;

struct Key {
    std::string_view table; ///< "server", "admin", "global", "metrics"
    std::string_view name;
    Target target;
    std::string_view meaning;
};

/// The keys of the fixed tables, bound to the members of `config`.
std::vector<Key> keys_of(Config& config);

/// The keys of a node's table.
std::span<const std::string_view> node_keys(bool el);
/// Vixy's keys that weir accepts and ignores.
bool is_obsolete_node_key(std::string_view name);

} // namespace weir::config
