// Whole small files.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstddef>
#include <string>

namespace os {

// Reads a file (a pipe too, to its end). EFBIG past `limit` bytes, EISDIR for a directory.
result<std::string> read_file(std::string const& path, std::size_t limit = 16u << 20);
// True when the path names anything at all.
bool exists(std::string const& path);
// True when both paths lead to the same file or directory.
bool same_file(std::string const& a, std::string const& b);
// Absolute and without links; the error of the first part that is not there.
result<std::string> real_path(std::string const& path);

} // namespace os
