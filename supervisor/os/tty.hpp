// Questions about terminals.
#pragma once

#include "supervisor/os/launch.hpp"
#include "supervisor/os/result.hpp"

namespace os {

// Tells whether the descriptor is a terminal.
bool is_terminal(int fd);

// The rows and columns of a terminal. ENOTTY for anything else. A terminal that does not know its
// size gives 0.
result<window_size> terminal_size(int fd);

// Tells whether the terminal is gone, because its window was closed or its connection was lost.
bool hung_up(int fd);

} // namespace os
