// What a directory holds.
#pragma once

#include "supervisor/core/watched_tree.hpp"
#include "supervisor/os/result.hpp"

#include <functional>
#include <string>
#include <vector>

namespace os {

// Directories and regular files in it (links count as the file they lead to; links to directories
// are left out), in no order. A file is looked at only where `wanted` likes its name.
result<std::vector<core::directory_entry>>
list_directory(std::string const& path, std::function<bool(std::string const&)> const& wanted);

} // namespace os
