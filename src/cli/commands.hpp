// The commands of the program; each returns its exit code: 0 clean, 1 bad configuration or arguments (or, for
// probe and status, not well), 2 could not start.
#pragma once

#include "cli/options.hpp"

namespace weir::cli {

int run(const Options& options);
int check(const Options& options);
int probe(const Options& options);
int status(const Options& options);

/// Parses the arguments and runs what they ask for.
int main_with(int argc, char** argv);

} // namespace weir::cli
