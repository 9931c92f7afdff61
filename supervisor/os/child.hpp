// The ends of children: which one ended, how it ended, and reaping it. Only procd reaps. Nothing
// else in the program may wait for a child.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/os/result.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace os {

// A child that has ended and is not reaped yet.
struct ended_child {
    int pid = -1;
    core::exit_status status; // exited or signaled, never another alternative
};

// A child that has ended, without reaping it (waitid with WNOWAIT). Nothing when there is none.
std::optional<ended_child> peek_ended_child();
// The same for one child.
std::optional<ended_child> peek_ended_child(int pid);
// All children that have ended, without reaping them. One that stays unreaped for a while, because
// its survivors are being handled, does not hide the others. Takes one system call when there is
// none, and one more for each child otherwise.
std::vector<ended_child> ended_children();
// Reaps this child. False when it is not a child of this process or has not ended. On request, also
// gives the CPU time that the child and its own reaped children used.
bool reap(int pid, std::uint64_t* cpu_microseconds = nullptr);
// kill(2) for a pid, or for a process group if the number is negative. ESRCH is returned like any
// other error.
error_code send_signal(int pid, int number);
// Makes procd the reaper of its children and of its descendants' orphans (PR_SET_CHILD_SUBREAPER).
// If procd was started with SIGCHLD ignored, the kernel would reap its children, so that is undone.
error_code become_subreaper();

} // namespace os
