// What happens in a child between fork and exec. Everything is prepared before the fork; here only
// async-signal-safe calls are made, because the child may share its memory with procd (vfork) or
// have been forked while another thread held a lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace os {

// The steps of a child that can fail, as they go over the status pipe.
enum class stage : unsigned char {
    session,
    terminal,
    limits,
    user,
    stdio,
    chdir,
    environment,
    setup,
    exec
};
char const* to_string(stage step);

struct child_failure {
    stage step = stage::setup;
    int error = 0;           // errno, 0: no failure
    char const* detail = ""; // the path or name it failed on
};

struct descriptor_limits {
    std::uint64_t soft = 0, hard = 0;
};

struct child_user {
    unsigned uid = 0, gid = 0;
    unsigned const* groups = nullptr;
    std::size_t group_count = 0;
    char const* name = "";
};

// All pointers are borrowed and must live until the exec.
struct child_setup {
    int status_fd = -1;   // close-on-exec; a failure is written here
    int join_fd = -1;     // a cgroup to go to where the child could not be started in it
    int terminal_fd = -1; // becomes the controlling terminal
    std::optional<unsigned> umask;
    std::optional<descriptor_limits> open_files;
    std::optional<child_user> user;
    // Runs after the user switch and before the descriptors are closed.
    child_failure (*hooks)(void* context) = nullptr;
    void* hooks_context = nullptr;
    std::span<int const> kept;               // descriptors above 2 that stay open over the exec
    char const* const* candidates = nullptr; // paths to try in order, ends with null
    char const* const* argv = nullptr;
    char const* const* environment = nullptr;
    void (*failed)(void* context, int error) = nullptr; // after the report, before the exit
};

// Takes the steps and execs; on a failure reports it and exits with 127. The order: cgroup,
// session, controlling terminal, umask, limits, user, hooks, signals, descriptors, exec.
[[noreturn]] void run_child(child_setup const& setup) noexcept;

// Moves a process (0: the caller) to a cgroup. Async-signal-safe.
bool join_cgroup(int cgroup_fd, long pid);

// The bytes of a report on the status pipe: stage, errno, detail.
inline constexpr std::size_t report_header = 1 + sizeof(int);
inline constexpr std::size_t report_size = 512;

} // namespace os
