// Directories in whose place nobody but root can put another one.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <string>

namespace os {

// An attempt to open such a directory.
struct trusted_directory {
    unique_fd fd;
    error_code failure;   // EPERM with `writable`
    std::string writable; // the part of the path in which others than root may write
};
// Opens a directory if it and every directory on the way to it belong to root and nobody else may
// write there. A sticky directory on the way, such as /tmp, is allowed, because others cannot
// rename what is root's in it. So is /var/log, whose writers are trusted with every log of the
// machine. If only the last part of the path is missing, it is made with mode 0700.
trusted_directory open_trusted(std::string const& path);

} // namespace os
