#include "supervisor/os/tcp_listener.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>

namespace os {

namespace {

// An address and a port in the form of the kernel.
struct endpoint {
    union {
        sockaddr any;
        sockaddr_in v4;
        sockaddr_in6 v6;
    };
    socklen_t size = 0;
};

std::optional<endpoint> endpoint_of(std::string const& address, int port)
{
    endpoint at{};
    at.v6 = {};
    if (port < 0 || port > 65'535)
        return std::nullopt;
    auto const number = htons(static_cast<std::uint16_t>(port));
    if (::inet_pton(AF_INET, address.c_str(), &at.v4.sin_addr) == 1) {
        at.v4.sin_family = AF_INET;
        at.v4.sin_port = number;
        at.size = sizeof at.v4;
    } else if (at.v6 = {}; ::inet_pton(AF_INET6, address.c_str(), &at.v6.sin6_addr) == 1) {
        at.v6.sin6_family = AF_INET6;
        at.v6.sin6_port = number;
        at.size = sizeof at.v6;
    } else {
        return std::nullopt;
    }
    return at;
}

bool turn_on(int fd, int level, int option)
{
    int const on = 1;
    return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

} // namespace

result<unique_fd> listen_tcp(std::string const& address, int port)
{
    auto const at = endpoint_of(address, port);
    if (!at)
        return error_of(EINVAL);
    bool const v6 = at->any.sa_family == AF_INET6;
    unique_fd socket(
        ::socket(at->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
    if (!socket)
        return last_error();
    // Connections that have ended, and stay in TIME_WAIT, do not keep the port.
    if (!turn_on(socket.get(), SOL_SOCKET, SO_REUSEADDR) ||
        (v6 && !turn_on(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY)) ||
        ::bind(socket.get(), &at->any, at->size) != 0 ||
        ::listen(socket.get(), listen_backlog) != 0)
        return last_error();
    return socket;
}

result<int> port_of(int listener)
{
    endpoint at{};
    at.v6 = {};
    at.size = sizeof at.v6;
    if (::getsockname(listener, &at.any, &at.size) != 0)
        return last_error();
    if (at.any.sa_family != AF_INET && at.any.sa_family != AF_INET6)
        return error_of(EAFNOSUPPORT);
    return static_cast<int>(ntohs(at.any.sa_family == AF_INET ? at.v4.sin_port : at.v6.sin6_port));
}

result<void> set_accepting(int listener, accepting mode)
{
    int const flags = ::fcntl(listener, F_GETFL);
    int const wanted = mode == accepting::fails ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    if (flags < 0 || ::fcntl(listener, F_SETFL, wanted) < 0)
        return last_error();
    return {};
}

bool is_listening(int fd)
{
    int listens = 0, type = 0;
    socklen_t size = sizeof listens;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0)
        return false;
    size = sizeof type;
    return listens != 0 && ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_STREAM;
}

} // namespace os
