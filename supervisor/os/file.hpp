// Reads whole files, and compares paths.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstddef>
#include <string>

namespace os {

// Reads a file, or a pipe to its end. EFBIG for more than `limit` bytes, EISDIR for a directory.
result<std::string> read_file(std::string const& path, std::size_t limit = 16u << 20);
// Whether the path names anything at all.
bool exists(std::string const& path);
// Whether both paths lead to the same file or directory.
bool same_file(std::string const& a, std::string const& b);
// The absolute path without symbolic links. The error is that of the first part that does not
// exist.
result<std::string> real_path(std::string const& path);

} // namespace os
