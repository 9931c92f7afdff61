// The small files of a cgroup directory, for the two sources of cgroup.hpp.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace os::cgroup_files {

// Empty when it cannot be read.
std::string read_file(std::string const& path);
error_code write_file(std::string const& path, std::string_view text);
std::uint64_t to_number(std::string_view text);
// Processes of the directory itself, not of those below it.
std::vector<int> own_members(std::string const& path);

} // namespace os::cgroup_files
