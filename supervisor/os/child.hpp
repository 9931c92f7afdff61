// Ends of children: who ended, how, and reaping them. Reaping is procd's alone; nothing else may
// wait.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/os/result.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace os {

struct ended_child {
    int pid = -1;
    core::exit_status status; // exited or signaled
};

// The next child that has ended and is not reaped, without reaping it (waitid with WNOWAIT).
// Nothing when there is none.
std::optional<ended_child> peek_ended_child();
// The same for one child.
std::optional<ended_child> peek_ended_child(int pid);
// All of them: one that is kept unreaped (while what it left behind is swept) hides no other. One
// system call when there is none, else one per child.
std::vector<ended_child> ended_children();
// Reaps exactly this child. False when it is no ended child of ours. Its CPU time is given back
// where asked for.
bool reap(int pid, std::uint64_t* cpu_microseconds = nullptr);
// kill(2) for a pid or, negative, a group. ESRCH is an error like any other.
error_code send_signal(int pid, int number);
// Makes procd the reaper of its children, also where it was started with SIGCHLD ignored, which has
// the kernel reap them; and of its descendants' orphans (PR_SET_CHILD_SUBREAPER).
error_code become_subreaper();

} // namespace os
