// Reads whole files, and compares paths.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace os {

// The kind of file that a path leads to. /dev/null is as good as an empty file.
enum class file_kind { regular, null_device, directory, pipe, socket, device };
result<file_kind> kind_of(std::string const& path);

// The bytes of an open file from an offset on: `most`, or fewer where the file ends before.
result<std::string> read_at(int fd, std::uint64_t offset, std::size_t most);

// Reads a regular file or /dev/null, and never waits for another program. EFBIG for more than
// `limit` bytes, EISDIR for a directory, EINVAL for anything else.
result<std::string> read_file(std::string const& path, std::size_t limit = 16u << 20);
// Reads a pipe or a terminal to its end, for which it waits.
result<std::string> read_to_end(std::string const& path, std::size_t limit);
// Tells whether the path names anything at all.
bool exists(std::string const& path);
// Tells whether both paths lead to the same file or directory.
bool same_file(std::string const& a, std::string const& b);
// Tells whether the path itself is a symbolic link.
bool is_link(std::string const& path);
// The device and inode of the file that the path leads to. No other file has both.
struct file_identity {
    std::uint64_t device = 0, inode = 0;
    bool operator==(file_identity const&) const = default;
};
result<file_identity> identity_of(std::string const& path);
// The absolute path without symbolic links. The error is that of the first part that does not
// exist.
result<std::string> real_path(std::string const& path);

} // namespace os
