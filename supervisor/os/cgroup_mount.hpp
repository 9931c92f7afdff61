// Finds the directory of this process's own cgroup v2.
#pragma once

#include "supervisor/os/result.hpp"

#include <string>
#include <string_view>

namespace os {

// The directory of the caller's cgroup, in the first cgroup2 mount that shows it. The arguments are
// the texts of /proc/self/mountinfo and /proc/self/cgroup. On a hybrid host the mount is
// /sys/fs/cgroup/unified. An empty string when there is no such directory.
std::string own_cgroup_directory(std::string_view mountinfo, std::string_view cgroup);

} // namespace os
