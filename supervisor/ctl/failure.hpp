// The ways in which a command of procctl ends.
#pragma once

#include <string>

namespace ctl {

enum exit_code {
    exit_done = 0,
    exit_failed = 1,
    exit_usage = 2,     // wrong usage: a bad number, pattern or range
    exit_not_found = 3, // no such process or type
    exit_no_procd = 4,  // no procd answers
};

// The exception of every function that cannot go on. main() prints `procctl: MESSAGE`, or nothing
// when the message is empty, and exits with the code.
struct failure {
    int code = exit_failed;
    std::string message; // the problem and the remedy
};

} // namespace ctl
