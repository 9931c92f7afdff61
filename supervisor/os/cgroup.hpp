// cgroup v2: one leaf for each process, so that its whole tree can be listed, killed and measured.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace os {

// Kills every process in the cgroup directory `path` and below.
error_code kill_cgroup(std::string const& path);
// Tells whether a live process is in the cgroup directory `path` or below.
bool cgroup_populated(std::string const& path);
// Removes the cgroup directory `path` and the empty ones below. True when it does not exist any
// more.
bool remove_cgroup(std::string const& path);

// The cgroup directory that procd makes for an app below its own cgroup. It holds the leaves. The
// destructor removes it if it is empty.
class cgroup_tree {
public:
    // Makes the directory `procd-NAME` in procd's own cgroup (cgroup_mount) and locks it for as
    // long as this object lives. If a dead procd has left a directory of that name, everything in
    // it is killed first, and the directory is made anew. If a living procd has one of that name,
    // the new one is called `procd-NAME.2` and so on. Errors: ENODEV if no cgroup2 mount shows
    // procd's cgroup; EACCES, EPERM or EROFS if procd may not write there; ENOSYS if the kernel has
    // no cgroup.kill (before 5.14).
    static result<cgroup_tree> make(std::string const& name);

    cgroup_tree(cgroup_tree&&) noexcept;
    cgroup_tree& operator=(cgroup_tree&&) noexcept;
    ~cgroup_tree();

    std::string const& path() const { return path_; }

    // Enables the controllers cpu and memory for the leaves, as far as they are available. If it is
    // necessary, this process and its descendants move into a leaf of their own, together with
    // `launcher` (a pid, or -1), which is the parent that waits until this process is ready.
    // ENOTSUP: neither controller is available. EBUSY: other processes are in the same cgroup.
    // After an error everything is as it was before.
    result<void> enable_controllers(int launcher = -1);

private:
    cgroup_tree() = default;
    error_code move_out_of(std::string const& parent, int launcher);
    void move_back();

    error_code open_again();

    std::string path_;
    std::string self_;    // the leaf that this process has moved to, or empty
    unique_fd directory_; // of path_, locked; system calls on leaves are faster relative to it
    friend class cgroup_leaf;
};

// Limits of a cgroup. An absent limit means that there is none.
struct cgroup_limits {
    std::optional<double> cpu;           // in cores; the file cpu.max
    std::optional<std::uint64_t> memory; // in bytes; the file memory.max
    bool operator==(cgroup_limits const&) const = default;
};
// The controllers that procd wants and that the text of a cgroup.controllers offers, in the form of
// cgroup.subtree_control: "+cpu +memory".
std::string wanted_controllers(std::string_view available);
// Writes cpu.max and memory.max of a cgroup directory. A file is left alone if its limit is absent.
// If one file cannot be written, the other one is written all the same, and the error is returned.
// ENOENT means that the controller is not enabled.
result<void> limit_cgroup(std::string const& path, cgroup_limits const& limits);

// The cgroup of one process. It must not outlive the tree. It holds no descriptor, because a
// descriptor for each process would reach the limit of open files.
class cgroup_leaf {
public:
    cgroup_leaf() = default;
    // Makes the directory NAME in the tree. An empty directory of that name is replaced. EBUSY when
    // a live process is in it.
    static result<cgroup_leaf> make(cgroup_tree& tree, std::string const& name);

    explicit operator bool() const { return !path_.empty(); }
    std::string const& path() const { return path_; }
    // Opens the directory for launch_request::cgroup_fd. It can be closed after the launch.
    result<unique_fd> open() const;
    // The pids of the live processes in the cgroup and below. Zombies are not among them.
    std::vector<int> members() const;
    // Tells whether no live process is in the cgroup or below, according to cgroup.events.
    bool empty() const;
    // Kills every process in the cgroup and below at once (cgroup.kill).
    error_code kill() const;
    // Removes the directory, if no live process is in it and no directory is below. False
    // otherwise. For a cgroup that is not needed any more this is the cheapest way to ask whether
    // it is empty.
    bool remove_if_empty();
    // Removes the directory and the empty ones below. False if a live process is in one of them.
    bool remove();
    // memory.current in bytes; 0 without the memory controller.
    std::uint64_t memory_bytes() const;
    // usage_usec of cpu.stat; 0 when it cannot be read.
    std::uint64_t cpu_microseconds() const;
    // usage_usec of cpu.stat; nothing when it cannot be read.
    std::optional<std::uint64_t> used_cpu() const;
    // oom_kill of memory.events; 0 without the memory controller.
    std::uint64_t oom_kills() const;

private:
    char const* name() const { return path_.c_str() + name_at_; }

    std::string path_;
    std::size_t name_at_ = 0; // the offset of the leaf's name in path_
    int tree_fd_ = -1;
};

} // namespace os
