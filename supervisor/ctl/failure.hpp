// How a command of procctl ends.
#pragma once

#include <string>

namespace ctl {

enum exit_code {
    exit_done = 0,
    exit_failed = 1,
    exit_usage = 2,     // wrong usage: a bad number, pattern or range
    exit_not_found = 3, // no such process or type
    exit_no_procd = 4,  // nobody answers
};

// Thrown by whatever cannot go on; main() prints it as `procctl: MESSAGE` and exits with its code.
// An empty message: what is to be said has been said.
struct failure {
    int code = exit_failed;
    std::string message; // what was wrong and the remedy
};

} // namespace ctl
