// Access to the small files of a cgroup directory, for the sources of cgroup.hpp.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace os::cgroup_files {

// The content of a file. Empty when it cannot be read.
std::string read_file(std::string const& path);
// Writes a text to a file that exists.
error_code write_file(std::string const& path, std::string_view text);
// The decimal number at the front of a text; 0 when there is none.
std::uint64_t to_number(std::string_view text);
// The number after "KEY " in a file such as cpu.stat or cgroup.events, which has one key on each
// line.
std::optional<std::uint64_t> number_of(std::string const& path, std::string_view key);
// The directories of the cgroups right below this one.
std::vector<std::string> subdirectories(std::string const& path);
// The pids of the processes in the directory itself, not of those below.
std::vector<int> own_members(std::string const& path);

} // namespace os::cgroup_files
