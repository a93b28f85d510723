#include "chain/namespaces.hpp"

#include "chain/json_cursor.hpp"

#include <algorithm>
#include <array>

namespace weir::chain {

namespace {

// Of debug_ only what moves the node (debug_setHead takes its chain back): tracing is what people run nodes
// for.
constexpr std::array<std::string_view, 6> names{"admin",  "personal", "miner",
                                                "engine", "clique",   "debug_set*"};

/// What a method of it begins with.
constexpr std::array<std::string_view, names.size()> prefixes{"admin_",  "personal_", "miner_",
                                                              "engine_", "clique_",   "debug_set"};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool begins_with(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                      [](char a, char b) { return a == lower(b); });
}

std::string_view namespace_of(std::string_view method) {
    // Some JSON-RPC servers trim names.
    while (!method.empty() && static_cast<unsigned char>(method.front()) <= ' ')
        method.remove_prefix(1);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (begins_with(method, prefixes[i])) return names[i];
    }
    return {};
}

} // namespace

std::span<const std::string_view> dangerous_namespaces() {
    return names;
}

std::string_view dangerous_namespace(std::string_view method) {
    if (method.find('\\') == std::string_view::npos) return namespace_of(method);
    return namespace_of(unescaped(method));
}

} // namespace weir::chain
