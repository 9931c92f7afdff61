// Small files that exist as a whole or not at all, even after a power cut.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace os {

// Replaces the file `name` in the directory `dir_fd` by one with this content. On an error the old
// file stays. The call may block on the disk for long, so it is not for the thread of the event
// loop.
result<void> write_file_atomically(int dir_fd, std::string const& name, std::string_view content,
                                   unsigned mode = 0600);

// Removes a file of the directory durably. It is no error if there is no such file.
result<void> remove_file(int dir_fd, std::string const& name);

// Renames a file to the first free name of NAME.bad-1, NAME.bad-2 and so on. Returns that name.
result<std::string> set_aside(int dir_fd, std::string const& name);

// Gives a file such a name as well, so that its content stays when another replaces it.
result<std::string> keep_aside(int dir_fd, std::string const& name);

// The names in the directory, in no particular order.
result<std::vector<std::string>> names_in(int dir_fd);

// Reads a regular file in `dir_fd` that belongs to procd's user. Symbolic links are not followed.
// EFBIG if the file has more than `limit` bytes.
result<std::string> read_small_file(int dir_fd, std::string const& name, std::size_t limit);

} // namespace os
