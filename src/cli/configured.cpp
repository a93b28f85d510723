#include "cli/configured.hpp"

#include <iostream>

namespace weir::cli {

config::Reading read_configuration(const Options& options) {
    auto reading = config::read_file(options.config_file, config::process_environment);
    if (options.listen && !config::parse_listen(*options.listen, reading.config.server.listen_host,
                                                reading.config.server.listen_port)) {
        reading.mistakes.push_back(
            {"command line", 0, 0, "--listen", "not ADDRESS:PORT", "write 127.0.0.1:8080 or [::1]:8080"});
    }
    return reading;
}

bool report(const config::Reading& reading) {
    for (const auto& warning : reading.warnings)
        std::cerr << "warning: " << config::to_string(warning) << '\n';
    for (const auto& mistake : reading.mistakes)
        std::cerr << config::to_string(mistake) << '\n';
    return reading.mistakes.empty();
}

} // namespace weir::cli
