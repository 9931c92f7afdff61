// Pseudoterminals.
#pragma once

#include "supervisor/os/launch.hpp"
#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

namespace os {

// The two ends of a pseudoterminal.
struct pty_pair {
    unique_fd master; // procd's end; non-blocking
    unique_fd slave;  // the child's end
};

// Opens a pair with both ends close-on-exec. Output processing is off, so that a program's bytes
// arrive unchanged; with `for_person` it is on, for a person at the other end. The slave belongs to
// `owner`, who may then open it by its name.
result<pty_pair> open_pty(window_size window, user_identity const* owner = nullptr,
                          bool for_person = false);

// The foreground group of the session that a pty controls, by its master. 0: it controls none.
int foreground_group(int master);

// Tells whether the terminal gives its program each key at once or does not show what is typed, as
// readline, debuggers and questions for a password set it. By either of its ends.
bool takes_keys(int fd);

// Tells whether a thread of the process is in read(2) on this terminal. `slave` is the program's
// end of it. False where /proc does not tell.
bool is_reading(int pid, int slave);

// Sets the size of a terminal by either of its ends. Its foreground group gets SIGWINCH.
error_code resize_pty(int fd, window_size window);

} // namespace os
