// Opens the listening sockets of the front ports.
#pragma once

#include "procfile/front_settings.hpp"
#include "supervisor/os/passed_sockets.hpp"
#include "supervisor/os/unix_socket.hpp"

#include <boost/system/result.hpp>

#include <span>
#include <string>
#include <vector>

namespace procd::daemon {

// A socket that listens, close-on-exec. That of an address of a Unix socket is in
// `file`, which can remove it; all others are in `fd`.
struct front_socket {
    procfile::listen_address address;
    os::unique_fd fd;
    os::unix_listener file;

    int get() const { return fd ? fd.get() : file.get(); }
};

// Opens what an address means. The sockets are non-blocking for the router, and blocking for
// processes that get them themselves, because systemd passes blocking sockets. There is nothing to
// open for the IPv6 half of a port on a machine without IPv6, and several sockets where systemd
// passes several by one name. The error is a sentence: the address, who holds it, and what helps.
boost::system::result<std::vector<front_socket>, std::string>
open_front(procfile::listen_address const& address, procfile::router_settings const& settings,
           procfile::share_mode share, std::span<os::passed_socket const> passed);

} // namespace procd::daemon
