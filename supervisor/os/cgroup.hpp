// cgroup v2 leaves: one per process, so that its whole tree can be listed, killed and counted.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace os {

// For a directory by its path, as the guardian does it: KILL to everything in it and below; whether
// anything lives there; and removing it with the empty ones below it (true when it is gone).
error_code kill_cgroup(std::string const& path);
bool cgroup_populated(std::string const& path);
bool remove_cgroup(std::string const& path);

// The directory procd makes for an app below its own cgroup, and the leaves in it. Removed by the
// destructor when empty.
class cgroup_tree {
public:
    // Finds the cgroup2 mount in /proc/self/mountinfo (on hybrid hosts /sys/fs/cgroup/unified) and
    // procd's own path in /proc/self/cgroup, and makes `procd-NAME` there. A directory of that name
    // left by a dead procd is emptied (cgroup.kill) and made anew. The error says why there is
    // none: ENODEV no cgroup2 mount, EACCES, EPERM or EROFS not ours to write, ENOSYS no
    // cgroup.kill (a kernel before 5.14).
    static result<cgroup_tree> make(std::string const& name);

    cgroup_tree(cgroup_tree&&) noexcept;
    cgroup_tree& operator=(cgroup_tree&&) noexcept;
    ~cgroup_tree();

    std::string const& path() const { return path_; }

    // Turns the cpu and memory controllers on for the leaves, as far as they can be had: this
    // process and its descendants move out of the way into a leaf of their own where that is
    // needed, and so does `launcher` (a pid, or -1), which waits for this one to be ready. ENOTSUP:
    // there are none to have; EBUSY: others are in the same cgroup. An error leaves everything as
    // it was.
    result<void> enable_controllers(int launcher = -1);

private:
    cgroup_tree() = default;
    error_code move_out_of(std::string const& parent, int launcher);
    void move_back();

    error_code open();

    std::string path_;
    std::string self_;    // where this process has moved to
    unique_fd directory_; // path_, for what is done often: the way there is long
    friend class cgroup_leaf;
};

// What a cgroup may use; absent: as much as there is.
struct cgroup_limits {
    std::optional<double> cpu; // cores, cpu.max
    std::optional<std::uint64_t> memory;
    bool operator==(cgroup_limits const&) const = default;
};
// "+cpu +memory", as far as they are among the words of a cgroup.controllers.
std::string wanted_controllers(std::string_view available);
// Writes cpu.max and memory.max of a directory; what is not asked for is left alone. One that
// cannot be written (ENOENT: the controller is not on) is an error, and the other is written all
// the same.
result<void> limit_cgroup(std::string const& path, cgroup_limits const& limits);

// One process's cgroup. A path only, no descriptor is held while it is idle; the tree outlives it.
class cgroup_leaf {
public:
    cgroup_leaf() = default;
    // Makes `tree/NAME`, in place of an empty one of that name; EBUSY when something lives there.
    static result<cgroup_leaf> make(cgroup_tree& tree, std::string const& name);

    explicit operator bool() const { return !path_.empty(); }
    std::string const& path() const { return path_; }
    // For launch_request::cgroup_fd; close it after the launch.
    result<unique_fd> open() const;
    // Live members (zombies are not listed), of child cgroups too.
    std::vector<int> members() const;
    // cgroup.events says no live process is in it or below it.
    bool empty() const;
    // KILL to everything in it at once (cgroup.kill).
    error_code kill() const;
    // Removes the directory where no live process is in it and nothing is below it; the cheapest
    // way to find that out when it is not needed any more.
    bool remove_if_empty();
    // Removes the directory (and empty ones below it). False while it is not empty.
    bool remove();
    std::uint64_t memory_bytes() const;            // memory.current, 0 where the controller is off
    std::uint64_t cpu_microseconds() const;        // cpu.stat usage_usec, 0 when it cannot be read
    std::optional<std::uint64_t> used_cpu() const; // the same, nothing when it cannot be read
    std::uint64_t oom_kills() const;               // memory.events oom_kill, 0 where there is none

private:
    char const* name() const { return path_.c_str() + name_at_; }

    std::string path_;
    std::size_t name_at_ = 0; // where the name begins in it
    int tree_fd_ = -1;
};

} // namespace os
