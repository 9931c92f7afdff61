// What a terminal can be asked.
#pragma once

#include "supervisor/os/launch.hpp"
#include "supervisor/os/result.hpp"

namespace os {

bool is_terminal(int fd);

// Rows and columns; ENOTTY for what is no terminal. A terminal that does not know its size says 0.
result<window_size> terminal_size(int fd);

// Whether the terminal is gone: its window was closed, its connection lost.
bool hung_up(int fd);

} // namespace os
