// procd up and procd serve.
#pragma once

#include "supervisor/app/application.hpp"
#include "supervisor/app/options.hpp"

namespace procd::daemon {

// Runs the app of these options until it is over, and returns the exit code of procd. With
// --daemonize it returns once the app runs in the background.
int run_app(app::options const& given, app::verb verb);

} // namespace procd::daemon
