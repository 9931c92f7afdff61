// The verbs of procd beside up and serve, each a function from the options to the exit code.
#pragma once

#include "supervisor/app/options.hpp"

namespace procd::cli {

int check(app::options const& given);
int export_app(app::options const& given); // export systemd
// Returns only when the command could not be run.
int run_command(app::options const& given);

} // namespace procd::cli
