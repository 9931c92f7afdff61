// The resource limits of procd itself.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstdint>
#include <utility>

namespace os {

// RLIMIT_NOFILE as soft and hard limit, for launch_request::original_nofile.
using nofile_limits = std::pair<std::uint64_t, std::uint64_t>;

// Raises the soft limit of open descriptors to the hard limit. Returns the limits from before,
// which the children get back: a program that closes all descriptors up to its limit, or uses
// select(2), must not get procd's high limit.
result<nofile_limits> raise_nofile();

} // namespace os
