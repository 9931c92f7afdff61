// Signals procd itself gets.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

namespace os {

// A reader of procd's output that goes away, or a file size limit, is an error of write(2), not a
// death.
void ignore_write_signals();

// SIGCHLD as something to read, for it comes in crowds: many that arrive between two reads are one,
// and none interrupts anything. Blocks it for this process, and nothing else, whatever was blocked
// by who started it; a launched child's mask is empty all the same.
result<unique_fd> child_signal();
// Takes what has arrived; never blocks.
void take_child_signals(int fd);

} // namespace os
