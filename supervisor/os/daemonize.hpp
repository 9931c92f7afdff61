// Going into the background (`procd up -D`).
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <string>

namespace os {

// The two sides after the fork. The parent waits in wait_ready() and exits; the daemon goes on in a
// session of its own, stdin from /dev/null, stdout to the log, stderr still the terminal's.
class background {
public:
    // `log` is opened for appending, 0600, no link followed, relative to `directory_fd`.
    static result<background> start(int directory_fd, std::string const& log);

    bool is_parent() const { return child_ > 0; }
    int child() const { return child_; }
    // Parent: true when the daemon said it is ready, false when it ended first.
    bool wait_ready();
    // Daemon: everything runs; stderr goes to the log from here on.
    void ready();

private:
    int child_ = -1;
    unique_fd pipe_;
};

} // namespace os
