// Why procd cannot listen on an address, in words, and what helps.
#pragma once

#include <optional>
#include <string>

namespace core {

// A failure to listen, as the system reports it.
struct listen_failure {
    enum class kind { tcp, unix_socket };
    // A program that listens on the port already; without a pid, one that procd may not see.
    struct holder {
        std::optional<int> pid;
        std::string command;
    };

    kind type = kind::tcp;
    std::string address; // as it is shown: "0.0.0.0:80", "unix:/run/web.sock"
    int error = 0;       // errno
    std::optional<holder> held_by;
    std::string group; // the group that the Unix socket was to have; may be empty
};

// One sentence without a dot: "cannot listen on ADDRESS: …".
std::string describe(listen_failure const& failure);

} // namespace core
