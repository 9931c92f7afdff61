// Why procd cannot listen on an address, in words, and what helps.
#pragma once

#include <chrono>
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

// Whoever holds an address may have gone by then, so procd tries it again.
inline constexpr std::chrono::seconds before_next_listen{5};

// One sentence without a dot: "cannot listen on ADDRESS: …; procd tries again every 5 s".
std::string describe(listen_failure const& failure);

} // namespace core
