// The files of a log directory: appended to, rotated, counted. Everything goes by the directory's
// descriptor, and only regular files that are no links are touched.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace os {

// Opens the directory; makes it (0700) when only its last part is missing.
result<unique_fd> open_log_directory(std::string const& path);

struct log_file {
    unique_fd fd;
    std::uint64_t size = 0;
    bool mid_line = false; // it does not end with a newline
};

// Opens for appending, 0600 when it is new. A link or anything but a regular file is refused.
result<log_file> open_log_file(int directory, std::string const& name);

// Appends all of `bytes`. When only a part fits (a full disk), the file is cut back to the last
// newline of what was written, so that it never ends in half a line that another is glued to;
// `kept` says how many bytes stayed and `failure` why it was not all.
struct appended {
    std::size_t kept = 0;
    error_code failure;
};
appended append_to(log_file& file, std::string_view bytes);

// NAME.1 to NAME.2 and so on, what would be past `keep` is removed, then NAME to NAME.1.
error_code rotate_log_file(int directory, std::string const& name, int keep);

// The regular files of the directory, whosever they are.
struct listed_file {
    std::string name;
    std::uint64_t size = 0;
    std::chrono::system_clock::time_point written;
};
std::vector<listed_file> list_files(int directory);

error_code remove_log_file(int directory, std::string const& name);

} // namespace os
