// Who listens on a TCP port, as far as /proc lets us see.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace os {

struct port_holder {
    int pid = -1;        // -1: somebody, but we may not see who
    std::string command; // "nginx: master process", may be empty
};

// Whether binding the port on every address fails because somebody listens there. Three system
// calls, so cheap enough for every start; TIME_WAIT of a socket with SO_REUSEADDR does not count.
bool port_taken(int port);
// Whether a TCP port is taken on the loopback or the wildcard address, v4 or v6; who holds it where
// /proc tells. Reads /proc/net/tcp and tcp6, and /proc/*/fd only when the port is taken.
std::optional<port_holder> find_port_holder(int port);
// Whether a listening socket on `port` belongs to one of `pids`.
bool listens_on(std::vector<int> const& pids, int port);

} // namespace os
