// A process that leads a group in a session without a leader.
//
// The leader of a session gets any terminal that it opens by name as its controlling terminal, and
// every bash opens its terminal at its start. When such a leader ends, the kernel sends HUP to the
// whole foreground group. A server behind a shell would be cut off in its clean shutdown, because
// the shell dies first. In a session without a leader no terminal can become the controlling one.
#pragma once

#include "supervisor/os/child_setup.hpp"
#include "supervisor/os/clone.hpp"
#include "supervisor/os/result.hpp"

namespace os {

// The parts of a launch that the maker of the session needs. Pointers are borrowed.
struct leaderless_launch {
    child_setup setup;
    memory mode = memory::shared;
};

// The body of the maker, for clone_child(). It begins the session, makes the process as a child of
// its own parent, and ends. The process writes its pid to the status pipe, and goes on with
// run_child(). `launch` is a leaderless_launch.
void run_session_maker(void* launch);

// For the parent of the maker: reads the pid of the process off the status pipe, and reaps the
// maker. The caller must have closed its own copy of the pipe's write end. ECHILD: the maker ended
// without making a process; a report of the failure may follow in the pipe.
result<int> await_leaderless(int status_fd, int maker);

} // namespace os
