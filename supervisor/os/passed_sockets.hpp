// The listening sockets that the service manager has passed to this process, by systemd's protocol
// (sd_listen_fds).
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <string>
#include <vector>

namespace os {

struct passed_socket {
    std::string name; // FileDescriptorName= of the unit; several sockets may have the same
    unique_fd fd;     // close-on-exec
};

// Takes the sockets over: they become close-on-exec, and LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES
// leave the environment, so that no process that is started later believes them to be its own. To
// be called once, before anything else is opened. Gives nothing when the variables are for another
// process, or when one of them makes no sense.
std::vector<passed_socket> take_passed_sockets();

} // namespace os
