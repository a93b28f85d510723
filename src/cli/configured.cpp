#include "cli/configured.hpp"

#include "config/listen.hpp"

#include <iostream>

namespace weir::cli {

config::Reading read_configuration(const Options& options) {
    auto reading = config::read_file(options.config_file, config::process_environment);
    if (!options.listen) return reading;
    if (auto address = config::parse_listen(*options.listen)) {
        reading.config.server.listen.assign(1, *address);
    } else {
        reading.mistakes.push_back({"command line", 0, 0, "--listen", address.error(),
                                    "write 127.0.0.1:8080, [::1]:8080 or *:8080"});
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
