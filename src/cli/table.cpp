#include "cli/table.hpp"

#include <algorithm>
#include <array>

namespace weir::cli {

namespace {

struct Column {
    std::string title;
    std::string Row::*cell;
};

} // namespace

std::string state_text(bool fit, bool held_back, const std::string& reason, const std::string& note) {
    if (fit) return note.empty() ? "fit" : "fit (" + note + ')';
    return (held_back ? "held back: " : "") + reason;
}

std::string render(const std::vector<Row>& rows) {
    const std::array<Column, 8> columns{{{"NAME", &Row::name},
                                         {"TIER", &Row::tier},
                                         {"CLIENT", &Row::client},
                                         {"CHAIN", &Row::chain},
                                         {"HEAD", &Row::head},
                                         {"LAG", &Row::lag},
                                         {"LATENCY", &Row::latency},
                                         {"STATE", &Row::state}}};
    std::array<std::size_t, 8> widths{};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        for (const auto& row : rows)
            widths[i] = std::max(widths[i], (row.*columns[i].cell).size());
        if (widths[i] != 0) widths[i] = std::max(widths[i], columns[i].title.size());
    }
    const auto line = [&](const auto& text_of) {
        std::string out;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (widths[i] == 0) continue;
            std::string cell = text_of(columns[i]);
            cell.resize(std::max(cell.size(), widths[i]), ' ');
            out.append(cell).append("  ");
        }
        out.erase(out.find_last_not_of(' ') + 1);
        return out + '\n';
    };
    std::string out = line([](const Column& column) { return column.title; });
    for (const auto& row : rows)
        out += line([&](const Column& column) { return row.*column.cell; });
    return out;
}

} // namespace weir::cli
