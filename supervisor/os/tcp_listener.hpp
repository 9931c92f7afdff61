// Listening TCP sockets.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <string>

namespace os {

// The connections that may wait to be accepted. The kernel takes net.core.somaxconn if that is
// less.
inline constexpr int listen_backlog = 4096;

// Listens on a numeric address such as "0.0.0.0" or "::1". The socket is non-blocking and
// close-on-exec. One of IPv6 takes no connections of IPv4, so both families can have a socket on
// the same port. Port 0 lets the kernel choose. Errors are those of the system: EADDRINUSE when
// somebody listens there, EACCES for a port that needs root, EADDRNOTAVAIL for an address that this
// machine does not have, EAFNOSUPPORT without IPv6, EINVAL for a text that is no address.
result<unique_fd> listen_tcp(std::string const& address, int port);

// The port of a listening TCP socket.
result<int> port_of(int listener);

// Without a connection, accept() on the socket waits for one, or it fails with EAGAIN.
// This belongs to the socket, so it holds for everybody who has a descriptor of it.
enum class accepting { waits, fails };
result<void> set_accepting(int listener, accepting mode);

// Tells whether the descriptor is a stream socket that listens.
bool is_listening(int fd);

} // namespace os
