// The steps of a child between fork and exec. Everything is prepared before the fork. The child
// makes only async-signal-safe calls, because it may share its memory with procd (vfork), or
// another thread may have held a lock at the time of the fork.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace os {

// The steps of a child that can fail. The value travels over the status pipe.
enum class stage : unsigned char {
    session,
    terminal,
    limits,
    user,
    stdio,
    chdir,
    environment,
    setup,
    sockets,
    exec
};
// The name of a stage, as core::never_started has it.
char const* to_string(stage step);

// The failure of one step.
struct child_failure {
    stage step = stage::setup;
    int error = 0;           // errno; 0 means that nothing failed
    char const* detail = ""; // the path or name for which the step failed
};

// RLIMIT_NOFILE.
struct descriptor_limits {
    std::uint64_t soft = 0, hard = 0;
};

// The place of the child in its session.
enum class session_place {
    leader,        // the child begins a session and leads it
    without_leader // somebody else has begun the session; the child leads a group in it
};

// The user that the child becomes.
struct child_user {
    unsigned uid = 0, gid = 0;
    unsigned const* groups = nullptr;
    std::size_t group_count = 0;
    char const* name = "";
};

// Everything that run_child() needs. All pointers are borrowed and have to be valid until the exec.
struct child_setup {
    int status_fd = -1; // for the report of a failure; close-on-exec
    int join_fd = -1;   // the cgroup to join, if the child could not be started in it
    session_place session = session_place::leader;
    int terminal_fd = -1; // becomes the controlling terminal
    std::optional<unsigned> umask;
    std::optional<descriptor_limits> open_files;
    std::optional<child_user> user;
    // The last step before the signals and descriptors. It runs as the child's user.
    child_failure (*hooks)(void* context) = nullptr;
    void* hooks_context = nullptr;
    std::span<int const> kept; // descriptors above 2 that stay open over the exec
    // Descriptors that the child gets as 3, 4 and so on. They and `status_fd` are above those.
    std::span<int const> passed;
    char* pid_text = nullptr;                // gets the child's pid as text; in the environment
    char const* const* candidates = nullptr; // paths to try in this order; ends with null
    char const* const* argv = nullptr;
    char const* const* environment = nullptr;
    void (*failed)(void* context, int error) = nullptr; // runs after the report of a failure
};

// Reports a failure on the status pipe and exits with 127.
[[noreturn]] void fail_child(child_setup const& setup, child_failure const& failure) noexcept;

// Takes all steps and executes the command. After a failure it reports the stage and exits with
// 127. child_setup.cpp lists the steps in order.
[[noreturn]] void run_child(child_setup const& setup) noexcept;

// Moves a process into a cgroup; pid 0 stands for the caller. Async-signal-safe. False on an error.
bool join_cgroup(int cgroup_fd, long pid);

// A report on the status pipe: one byte of stage, errno as an int, then the detail as text.
inline constexpr std::size_t report_header = 1 + sizeof(int);
inline constexpr std::size_t report_size = 512;

} // namespace os
