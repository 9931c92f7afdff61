// Puts procd into the background, for `procd up -D`.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <string>

namespace os {

// The two sides after the fork. The parent calls wait_ready() and exits. The daemon goes on in a
// new session. Its stdin is /dev/null and its stdout is the log. Its stderr stays the terminal
// until ready().
class background {
public:
    // Forks. The log is opened for appending, relative to `directory_fd`, with mode 0600 and
    // without following a link.
    static result<background> start(int directory_fd, std::string const& log);

    bool is_parent() const { return child_ > 0; }
    // The parent's view: the daemon's pid.
    int child() const { return child_; }
    // For the parent: waits for the daemon. True when it is ready, false when it has ended before.
    bool wait_ready();
    // For the daemon: tells the parent that everything runs, and points stderr to the log.
    void ready();
    // For the daemon, once it is ready: makes the log again, in this directory.
    error_code reopen_log(int directory_fd) const;

private:
    int child_ = -1;
    unique_fd pipe_;
    std::string log_;
};

} // namespace os
