// The verbs of procd beside up and serve. Each function takes the options and returns the exit
// code.
#pragma once

#include "supervisor/app/options.hpp"

namespace procd::cli {

// Prints the processes that would run, and the findings in the files.
int check(app::options const& given);
// Prints a unit file for systemd.
int export_app(app::options const& given);
// Becomes the command, so it returns only when the command could not be run.
int run_command(app::options const& given);

} // namespace procd::cli
