// What the guardian does in its own process.
#pragma once

#include "supervisor/os/guardian.hpp"
#include "supervisor/os/session_table.hpp"

namespace os {

struct guard_post {
    guardian_settings const& settings;
    session_table const& sessions;
    int pipe_fd = -1;
    int cgroup_fd = -1; // the app's directory itself: a new procd may make another of its name
};

// Sleeps until the pipe ends; then, unless it was dismissed, ends what the dead procd left. Touches
// next to no memory before that, so that it shares procd's pages.
[[noreturn]] void stand_guard(guard_post const& post);

} // namespace os
