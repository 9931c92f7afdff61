// The guardian's own process.
#pragma once

#include "supervisor/os/guardian.hpp"
#include "supervisor/os/session_table.hpp"

namespace os {

// Everything that the guardian holds.
struct guard_post {
    guardian_settings const& settings;
    session_table const& sessions;
    int pipe_fd = -1;
    // The app's cgroup directory itself. By its path, a new procd may have made another one.
    int cgroup_fd = -1;
};

// Sleeps until the pipe ends. Then it ends everything that the dead procd has left, unless the
// guardian was dismissed. Before that it touches next to no memory, so that its pages stay shared
// with procd.
[[noreturn]] void stand_guard(guard_post const& post);

} // namespace os
