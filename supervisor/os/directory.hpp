// Lists a directory.
#pragma once

#include "supervisor/core/watched_tree.hpp"
#include "supervisor/os/result.hpp"

#include <functional>
#include <string>
#include <vector>

namespace os {

// The directories and regular files in a directory, in no particular order. A link to a file counts
// as that file, and a link to a directory is left out. A file is examined only if `wanted` returns
// true for its name.
result<std::vector<core::directory_entry>>
list_directory(std::string const& path, std::function<bool(std::string const&)> const& wanted);

} // namespace os
