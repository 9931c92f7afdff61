// Finds the processes that listen on TCP ports, as far as /proc shows it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace os {

// A process that listens on a port.
struct port_holder {
    int pid = -1;        // -1: a process that procd may not see
    std::string command; // e.g. "nginx: master process"; may be empty
};

// Tells whether binding the port on every address would fail because somebody listens there. The
// cost is three system calls, little enough for each start. Old connections in TIME_WAIT do not
// count.
bool port_taken(int port);
// Who listens on which port, as far as /proc shows it. The first question reads /proc/net/tcp, tcp6
// and /proc/*/fd, and answers all others until drop(). Listeners count on the loopback and the
// wildcard addresses of IPv4 and IPv6.
class port_holders {
public:
    // Nothing when nobody listened on the port at the first question.
    std::optional<port_holder> find(int port);
    void drop() { pid_of_.reset(); }

private:
    std::optional<std::unordered_map<int, int>> pid_of_; // by port; -1: procd may not see it
};

// The ports on which the processes `pids` listen, on any address, in ascending order.
std::vector<int> ports_of(std::vector<int> const& pids);
// Tells whether one of the processes `pids` listens on the port, on any address.
bool listens_on(std::vector<int> const& pids, int port);

// The sockets, by their inodes, that take the connections to the port of the loopback address,
// 127.0.0.1 or ::1.
enum class loopback { v4, v6 };
std::set<std::string> listeners_on(loopback at, int port);

} // namespace os
