// The port of one process: who else sits on it, and whether the process listens there.
#pragma once

#include "supervisor/os/port_owner.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace procd::process {

struct services;

// A port that others held before a process was started.
struct held_port {
    int port = 0;
    std::string text;                // for people: who holds it
    std::set<std::string> listeners; // their sockets
};

class ports {
public:
    // Who holds the port before the command can listen itself. Mostly no system call.
    static std::optional<os::port_holder> taken_by(services& with, std::optional<int> port);

    // The port with the sockets of this holder. Somebody who opens the port later has another
    // socket.
    static held_port held_by(os::port_holder const& holder, int port);
    // Connections to the loopback address reach nobody but those who held the port before.
    static bool still_held(held_port const& before, os::loopback at);

    // A sentence for the user when this holder was not named before: the command is started all the
    // same, for it may use another port, or the holder may go.
    std::optional<std::string> warning(std::optional<os::port_holder> const& holder, int port);

private:
    int warned_of_ = 0; // pid of the holder that was named last
};

} // namespace procd::process
