// Signals procd itself gets.
#pragma once

#include <vector>

namespace os {

// A reader of procd's output that goes away, or a file size limit, is an error of write(2), not a
// death.
void ignore_write_signals();

// Which signals are ignored now; those that the C library hides among them.
std::vector<int> ignored_signals();

} // namespace os
