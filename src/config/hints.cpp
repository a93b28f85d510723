#include "config/hints.hpp"

#include "config/schema.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace weir::config {

namespace {

constexpr std::array<std::string_view, 6> top_tables{"server", "admin", "global", "metrics", "el", "cl"};
constexpr std::array<std::string_view, 2> tiers{"primary", "backup"};
constexpr std::string_view el_node_tables = "[[el.primary]] or [[el.backup]]", cl_node_table = "[[cl]]";

/// A key and the table it stands in, as a file writes both.
struct Known {
    std::string_view name;
    std::string table;
    bool here = false;
};

std::vector<Known> keys_known_at(Place place, std::string_view table) {
    Config any;
    std::vector<Known> known;
    for (const auto& key : keys_of(any)) {
        known.push_back(
            {key.name, '[' + std::string(key.table) + ']', place == Place::fixed && key.table == table});
    }
    for (const auto name : node_keys(true))
        known.push_back({name, std::string(el_node_tables), place == Place::el_node});
    for (const auto name : node_keys(false))
        known.push_back({name, std::string(cl_node_table), place == Place::cl_node});
    if (place == Place::top) {
        for (const auto name : top_tables)
            known.push_back({name, {}, true});
    }
    if (place == Place::el) {
        for (const auto name : tiers)
            known.push_back({name, {}, true});
    }
    return known;
}

/// Edits, a swap of neighbours being one (optimal string alignment): that is how people mistype.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before, above, row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before = std::exchange(above, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] =
                std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row[b.size()];
}

/// Further off is another word.
std::size_t near_enough(std::string_view name) {
    return std::max<std::size_t>(1, name.size() / 4);
}

std::string joined(std::vector<std::string> words) {
    std::string out;
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    for (std::size_t i = 0; i < words.size(); ++i)
        out.append(i == 0 ? "" : " or ").append(words[i]);
    return out;
}

/// All that `text` gives for those of `known` that are nearest to `name`, if they are near.
template <class Keep, class Text>
std::vector<std::string> nearest_in(std::string_view name, const std::vector<Known>& known, Keep keep,
                                    Text text) {
    std::vector<std::string> best;
    std::size_t best_distance = near_enough(name) + 1;
    for (const auto& key : known) {
        if (!keep(key)) continue;
        const auto d = distance(name, key.name);
        if (d < best_distance) best.clear();
        if (d <= best_distance && d <= near_enough(name)) {
            best.push_back(text(key));
            best_distance = d;
        }
    }
    return best;
}

/// Nodes of the two layers name their URL differently.
std::string_view other_layers_word(Place place, std::string_view name) {
    if (place == Place::el_node && name == "url") return "http_url";
    if (place == Place::cl_node && name == "http_url") return "url";
    return {};
}

} // namespace

std::string nearest_of(std::string_view name, std::span<const std::string_view> candidates) {
    std::vector<Known> known;
    for (const auto candidate : candidates)
        known.push_back({candidate, {}, true});
    const auto found = nearest_in(
        name, known, [](const Known&) { return true; },
        [](const Known& key) { return std::string(key.name); });
    return found.empty() ? std::string() : "did you mean " + joined(found) + '?';
}

std::string hint_for(Place place, std::string_view table, std::string_view name) {
    if (const auto word = other_layers_word(place, name); !word.empty())
        return "did you mean " + std::string(word) + '?';
    if (place == Place::cl_node && name == "ws_url") return "remove it";
    const auto known = keys_known_at(place, table);
    std::vector<std::string> tables;
    for (const auto& key : known) {
        if (key.name == name) tables.push_back(key.table);
    }
    if (!tables.empty()) return "it belongs into " + joined(std::move(tables));
    const auto near_here = nearest_in(
        name, known, [](const Known& key) { return key.here; },
        [](const Known& key) { return std::string(key.name); });
    if (!near_here.empty()) return "did you mean " + joined(near_here) + '?';
    const auto near_elsewhere = nearest_in(
        name, known, [](const Known& key) { return !key.here; },
        [](const Known& key) { return std::string(key.name) + " in " + key.table; });
    if (!near_elsewhere.empty()) return "did you mean " + joined(near_elsewhere) + '?';
    return "remove it";
}

} // namespace weir::config
