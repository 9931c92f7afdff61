// The guardian: a small helper process, asleep on a pipe, that ends everything procd has started
// when procd dies.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstdint>
#include <string>

namespace os {

struct session_table;

// The settings of a guardian.
struct guardian_settings {
    std::string cgroup_path; // the app's cgroup directory; empty without cgroups
    std::string id_prefix;   // the beginning of every PROCD_ID that this procd gives out
};

// The handle of the guardian. It is forked early, while procd is small. It has a session of its
// own, so that Ctrl-C at a terminal does not reach it. guardian_watch.cpp tells what it does.
class guardian {
public:
    // Forks the guardian.
    static result<guardian> start(guardian_settings const& settings);
    guardian(guardian&&) noexcept;
    guardian& operator=(guardian&&) noexcept;
    // Leaves the guardian to do its work, at once: it ends everything that procd has started. So an
    // exception that ends procd leaves nothing behind. Only dismiss() prevents that.
    ~guardian();
    // A clean end: the guardian exits without killing anything. It is procd's child, so the caller
    // has to reap it.
    void dismiss();

    int pid() const { return pid_; }
    // Notes a live main process, so that the guardian finds its session even if the process has
    // emptied its environment. The note is in shared memory and takes no system call.
    void add_session(int pid, std::uint64_t start_time);
    // Removes the note, once the process is reaped.
    void remove_session(int pid);

private:
    guardian() = default;
    int pid_ = -1;
    unique_fd pipe_;
    session_table* table_ = nullptr;
};

} // namespace os
