#include "cli/commands.hpp"
#include "cli/configured.hpp"

#include <iostream>

namespace weir::cli {

int check(const Options& options) {
    const auto reading = read_configuration(options);
    if (!report(reading)) return 1;
    const auto& config = reading.config;
    std::cout << options.config_file << ": good\n";
    const auto list = [](const char* tier, const std::vector<config::NodeConfig>& nodes) {
        for (const auto& node : nodes)
            std::cout << "  " << tier << ' ' << node.name << ' ' << node.http_url.display() << '\n';
    };
    list("el primary", config.el_primary);
    list("el backup ", config.el_backup);
    list("cl        ", config.cl);
    return 0;
}

} // namespace weir::cli
