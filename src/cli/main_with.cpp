#include "cli/commands.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>

namespace weir::cli {

namespace {

std::string check_level(const std::string& text) {
    log::Level level{};
    return log::parse_level(text, level) ? "" : "must be trace, debug, info, warn, error or off";
}

} // namespace

int main_with(int argc, char** argv) {
    Options options;
    std::string level = "info", format = "text", listen;
    CLI::App app{"weir: an Ethereum node proxy. Without a command it runs."};
    app.set_version_flag("--version", std::string("weir ") + WEIR_VERSION);
    app.fallthrough();
    app.require_subcommand(0, 1);
    app.add_option("--config", options.config_file, "configuration file")->capture_default_str();
    app.add_option("--listen", listen, "ADDRESS:PORT, wins over [server] listen");
    app.add_option("--log-level", level, "trace, debug, info, warn, error, off")
        ->check(check_level)
        ->envname("WEIR_LOG")
        ->capture_default_str();
    app.add_option("--log-format", format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.add_subcommand("run", "serve (the default)");
    app.add_subcommand("check", "read the configuration and say every mistake in it");
    app.add_subcommand("probe", "check each configured node once");
    auto* status_command = app.add_subcommand("status", "show the nodes of a running weir");
    status_command->add_option("--url", options.status_url, "where it listens: [admin] listen, if it has one")
        ->capture_default_str();
    status_command
        ->add_option("--token", options.token, "[admin] token; others see what the command line holds")
        ->envname("WEIR_TOKEN");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 1;
    }
    log::parse_level(level, options.log_level);
    options.log_format = format == "json" ? log::Format::json : log::Format::text;
    if (!listen.empty()) options.listen = listen;
    if (app.got_subcommand("check")) return check(options);
    if (app.got_subcommand("probe")) return probe(options);
    if (app.got_subcommand("status")) return status(options);
    return run(options);
}

} // namespace weir::cli
