// Signals that procd itself receives.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

namespace os {

// Ignores SIGPIPE and SIGXFSZ, so that a reader that goes away and a limit on file size are errors
// of write(2) and do not end procd.
void ignore_write_signals();

// A descriptor that becomes readable when SIGCHLD arrives. Many signals that arrive between two
// reads count as one, and no system call is interrupted. SIGCHLD is blocked for this process, and
// every other signal is unblocked, whatever procd's parent had blocked. Launched children start
// with no signal blocked.
result<unique_fd> child_signal();
// Takes the signals that have arrived. Never blocks.
void take_child_signals(int fd);

} // namespace os
