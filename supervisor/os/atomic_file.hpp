// Small files that are there whole or not at all, also after a power cut.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace os {

// Replaces `name` in the directory `dir_fd` with `content`: a new file is written, synced and
// renamed over the old one, then the directory is synced. On an error the old file stands. May
// block on the disk for long: not for the event loop's thread.
result<void> write_file_atomically(int dir_fd, std::string const& name, std::string_view content,
                                   unsigned mode = 0600);

// Takes a file of the directory away, durably; it need not be there.
result<void> remove_file(int dir_fd, std::string const& name);

// Renames `name` to the first of name.bad-1, name.bad-2, … that is free, and says which.
result<std::string> set_aside(int dir_fd, std::string const& name);

// The whole of a regular file of ours in `dir_fd`, no link followed; EFBIG past `limit` bytes.
result<std::string> read_small_file(int dir_fd, std::string const& name, std::size_t limit);

} // namespace os
