// The lock of an app's root directory (flock on the directory itself). Two procds of one root see
// each other by it, even if their state directories differ.
#pragma once

#include "supervisor/core/root_claim.hpp"
#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace os {

// An attempt to lock a root.
struct root_lock {
    unique_fd held; // holds the lock as long as it is open
    core::root_claim seen;
    // Tells whether `path` still names the directory that is locked.
    bool still_at(std::string const& path) const;
};

// Locks the directory without waiting. A forked process that goes on without exec has to close its
// copy of the descriptor, because it would hold the lock too.
root_lock lock_root(std::string const& path);

// The number of a file's device and its inode, in the form of /proc/locks.
struct lock_place {
    unsigned major = 0, minor = 0;
    std::uint64_t inode = 0;
};
// The pid of the process that has locked a file by flock. `locks` is the text of /proc/locks. 0
// when there is no such lock, or its holder is not visible from here.
int flock_holder(std::string_view locks, lock_place const& at);
// The device of a mount as the kernel names it, from the text of /proc/self/mountinfo. stat() may
// tell another one, for example on btrfs. `at` comes back unchanged when there is no such mount.
lock_place with_device_of_mount(lock_place at, std::string_view mountinfo, std::string_view id);

} // namespace os
