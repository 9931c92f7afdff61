// Where this process's own cgroup v2 directory is.
#pragma once

#include "supervisor/os/result.hpp"

#include <string>
#include <string_view>

namespace os {

// From the texts of /proc/self/mountinfo and /proc/self/cgroup: the directory of this process in
// the first cgroup2 mount that shows it. Nothing (an empty string) when there is none.
std::string own_cgroup_directory(std::string_view mountinfo, std::string_view cgroup);

} // namespace os
