// Finds the process that listens on a TCP port, as far as /proc shows it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace os {

// A process that listens on a port.
struct port_holder {
    int pid = -1;        // -1: a process that procd may not see
    std::string command; // e.g. "nginx: master process"; may be empty
};

// Whether binding the port on every address would fail because somebody listens there. The cost is
// three system calls, little enough for each start. Old connections in TIME_WAIT do not count.
bool port_taken(int port);
// The process that listens on the port, on the loopback or the wildcard address of IPv4 or IPv6.
// Nothing when nobody does. Reads /proc/net/tcp and tcp6, and /proc/*/fd only if the port is taken.
std::optional<port_holder> find_port_holder(int port);
// Whether one of the processes `pids` listens on the port, on any address.
bool listens_on(std::vector<int> const& pids, int port);

} // namespace os
