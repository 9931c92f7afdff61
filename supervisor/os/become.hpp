// Turns this process into another program, for `procd run`.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/os/launch.hpp"

namespace os {

// Executes the command of the request in this process. It uses argv, environment, cwd, umask, user
// and open_files of the request and nothing else. The standard streams, the session and the process
// group stay as they are. Returns only after a failure.
core::never_started become(launch_request const& request);

} // namespace os
