// Resource limits of procd itself.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstdint>
#include <utility>

namespace os {

// RLIMIT_NOFILE as soft and hard; the form of launch_request::original_nofile.
using nofile_limits = std::pair<std::uint64_t, std::uint64_t>;

// Raises the soft limit of open descriptors to the hard one and returns what both were, for the
// children: a program that loops to its limit, or uses select(2), must not meet procd's.
result<nofile_limits> raise_nofile();

} // namespace os
