// How a process ended, and the words for that.
#pragma once

#include <string>
#include <variant>

namespace core {

// The process returned an exit code.
struct exited {
    int code = 0;
    bool operator==(exited const&) const = default;
};
// A signal terminated the process.
struct signaled {
    int number = 0;
    bool core_dumped = false;
    bool operator==(signaled const&) const = default;
};
// The kernel's out-of-memory killer ended the process, always by SIGKILL.
struct oom_killed {
    bool operator==(oom_killed const&) const = default;
};
// The launch failed before the command ran.
struct never_started {
    std::string stage;  // what was being done: "fork", "chdir", "user", "exec" and so on
    int error = 0;      // errno
    std::string detail; // the path or name for which it failed; may be empty
    bool operator==(never_started const&) const = default;
};

using exit_status = std::variant<exited, signaled, oom_killed, never_started>;

// Tells whether the process exited with code 0.
bool succeeded(exit_status const& status);
// The exit code that a shell would give: the code, 128 + the signal, 127 for a command that was not
// found, 126 for one that cannot be run.
int shell_code(exit_status const& status);
// The end in Foreman's words: "exited with code 3", "terminated by SIGKILL" (", core dumped"),
// "killed by the kernel, out of memory", "could not start: exec bin/x: No such file or directory".
std::string describe(exit_status const& status);

} // namespace core
