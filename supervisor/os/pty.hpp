// A pseudoterminal for one process.
#pragma once

#include "supervisor/os/launch.hpp"
#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

namespace os {

struct pty_pair {
    unique_fd master; // non-blocking
    unique_fd slave;  // the child's end
};

// Opens a pair, both ends close-on-exec, with output processing off, so that a program's bytes come
// out as they went in; or on, for a person at the other end. `owner` may open the slave by its
// name.
result<pty_pair> open_pty(window_size window, user_identity const* owner = nullptr,
                          bool for_person = false);

// Sets the size of a terminal, by either end; its foreground group gets WINCH.
error_code resize_pty(int fd, window_size window);

} // namespace os
