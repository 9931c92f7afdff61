// The helper that acts when procd is gone: a small process asleep on a pipe, which ends every tree
// procd had started.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstdint>
#include <string>

namespace os {

struct session_table;

struct guardian_settings {
    std::string cgroup_path; // the app's cgroup directory; empty: second rule
    std::string id_prefix;   // every PROCD_ID of this procd begins so
};

// Forked early, while procd is small, and in a session of its own, so that a terminal's Ctrl-C does
// not reach it. It closes every descriptor but its pipe (and the cgroup directory's), ignores
// signals, and sleeps in read(2). At the pipe's end it KILLs: the cgroup directory and its leaves,
// which it then removes; or every process whose environment has a PROCD_ID with the prefix, every
// group and session noted in the shared table, and their descendants, until none is left (10 s at
// most). Then it exits.
class guardian {
public:
    static result<guardian> start(guardian_settings const& settings);
    guardian(guardian&&) noexcept;
    guardian& operator=(guardian&&) noexcept;
    // Dismisses the helper: it exits without killing anything. The caller reaps it (it is procd's
    // child). A child forked from procd must not come here: it would dismiss its parent's.
    ~guardian();

    int pid() const { return pid_; }
    // Notes a live main process in memory shared with the helper, so that its session is found even
    // when its environment was emptied. No system call.
    void add_session(int pid, std::uint64_t start_time);
    void remove_session(int pid);

private:
    guardian() = default;
    int pid_ = -1;
    unique_fd pipe_;
    session_table* table_ = nullptr;
};

} // namespace os
