// A log directory as a client reads it, while procd may rotate its files.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace os {

struct log_archive {
    unique_fd directory;
    std::vector<std::string> names; // of the regular files
};
result<log_archive> open_log_archive(std::string const& path);

// One of the files of a log. Its name changes when procd rotates it, but not its inode.
struct log_part {
    std::uint64_t inode = 0, size = 0;
    std::chrono::system_clock::time_point written;
};
// The files NAME, NAME.1 and so on, the newest first.
std::vector<log_part> list_log(int directory, std::string const& name);
// Reads a part of the file that has this inode, whatever its name is now. Fewer bytes at its end;
// ENOENT when it has been removed.
result<std::string> read_log(int directory, std::string const& name, std::uint64_t inode,
                             std::uint64_t offset, std::size_t most);

} // namespace os
