#include "cli/commands.hpp"
#include "cli/configured.hpp"
#include "server/server.hpp"

namespace weir::cli {

int run(const Options& options) {
    const auto reading = read_configuration(options);
    if (!report(reading)) return server::exit_bad_configuration;
    log::start(options.log_level, options.log_format);
    const int code = server::run(reading.config, [&] { return read_configuration(options); });
    log::stop();
    return code;
}

} // namespace weir::cli
