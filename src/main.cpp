#include "cli/commands.hpp"

int main(int argc, char** argv) {
    return weir::cli::main_with(argc, argv);
}
