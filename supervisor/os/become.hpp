// Turns this process into another program: `procd run`.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/os/launch.hpp"

namespace os {

// Takes argv, environment, cwd, umask, user and open_files of the request (nothing else of it) and
// execs; stdin, stdout, stderr, session and group stay as they are. Returns only when it failed.
core::never_started become(launch_request const& request);

} // namespace os
