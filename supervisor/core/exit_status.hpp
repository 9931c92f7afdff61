// How a process ended, and the words for it.
#pragma once

#include <string>
#include <variant>

namespace core {

struct exited {
    int code = 0;
    bool operator==(exited const&) const = default;
};
struct signaled {
    int number = 0;
    bool core_dumped = false;
    bool operator==(signaled const&) const = default;
};
// Killed by the kernel's out-of-memory killer (always by SIGKILL).
struct oom_killed {
    bool operator==(oom_killed const&) const = default;
};
// The launch failed before the command ran: what was being done, and the system's error.
struct never_started {
    std::string stage;  // "fork", "chdir", "user", "exec", …
    int error = 0;      // errno
    std::string detail; // the path or name it failed on, may be empty
    bool operator==(never_started const&) const = default;
};

using exit_status = std::variant<exited, signaled, oom_killed, never_started>;

// Exit code 0.
bool succeeded(exit_status const& status);
// As a shell gives it: the code, 128 + signal, 127 for a command not found, 126 for one that cannot
// run.
int shell_code(exit_status const& status);
// Foreman's words: "exited with code 3", "terminated by SIGKILL" (", core dumped"), "killed by the
// kernel, out of memory", "could not start: exec bin/x: No such file or directory".
std::string describe(exit_status const& status);

} // namespace core
