// The files of a log directory: appending, rotating, listing. Every access is relative to the
// directory's descriptor, and only regular files are touched, never links.
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

// Where the log files are.
struct log_place {
    std::string path; // for messages, too
    // The open directory that `path` lies in, if that was checked and nobody else may write there.
    int parent = -1;
};
// Opens a log directory. If only its last part is missing, it is made with mode 0700. Below
// `parent` it has to be procd's own, and links are not followed. As root, any other directory has
// to be one that open_trusted() opens; EPERM otherwise.
result<unique_fd> open_log_directory(log_place const& at);

// An open log file.
struct log_file {
    unique_fd fd;
    std::uint64_t size = 0, inode = 0;
    bool mid_line = false; // the file does not end with a newline
};

// Opens a file for appending. A new file has mode 0600. A link or anything else but a regular file
// is an error.
result<log_file> open_log_file(int directory, std::string const& name);

// The result of append_to().
struct appended {
    std::size_t kept = 0; // bytes that are in the file now
    error_code failure;   // why these are not all
};
// Appends all bytes. If only a part fits, as on a full disk, the file is cut back to the last
// newline of that part, so that no other line is ever glued to half a line.
appended append_to(log_file& file, std::string_view bytes);

// Reads a part of a file, which begins `offset` bytes into it. Fewer bytes at its end.
result<std::string> read_log_file(int directory, std::string const& name, std::uint64_t offset,
                                  std::size_t most);

// Renames NAME to NAME.1, NAME.1 to NAME.2 and so on. Files past NAME.`keep` are removed.
error_code rotate_log_file(int directory, std::string const& name, int keep);

// One file of a log directory.
struct listed_file {
    std::string name;
    std::uint64_t size = 0;
    std::chrono::system_clock::time_point written;
};
// The regular files of the directory, procd's own and all others.
std::vector<listed_file> list_files(int directory);

// Removes a file of the directory.
error_code remove_log_file(int directory, std::string const& name);

} // namespace os
