#include "supervisor/daemon/listening_socket.hpp"

#include "supervisor/os/launch.hpp"
#include "supervisor/os/port_owner.hpp"
#include "supervisor/os/tcp_listener.hpp"
#include "supervisor/os/unix_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace procd::daemon {

namespace {

using listening = boost::system::result<os::unique_fd, not_listening>;

std::string holder_of(int port)
{
    os::port_holders holders;
    auto const found = holders.find(port);
    if (!found || found->pid <= 0)
        return "somebody else listens there";
    auto const command = found->command.empty() ? "" : " (" + found->command + ')';
    return "pid " + std::to_string(found->pid) + command + " listens there";
}

std::string words_of(os::error_code error, int port)
{
    if (error == os::error_of(EADDRINUSE))
        return holder_of(port);
    if (error == os::error_of(EACCES))
        return "ports below 1024 are root's; take another one, or let systemd pass the socket "
               "(listen = \"systemd:NAME\")";
    if (error == os::error_of(EADDRNOTAVAIL))
        return "this machine does not have the address";
    return error.message();
}

listening on_tcp(procfile::listen_address const& at)
{
    auto made = os::listen_tcp(procfile::to_string(at.ip), at.port);
    if (!made)
        return not_listening{words_of(made.error(), at.port)};
    return std::move(*made);
}

listening on_unix(procfile::listen_address const& at, procfile::router_settings const& with)
{
    os::socket_access access{with.socket_mode, std::nullopt, os::listen_backlog};
    if (!with.socket_group.empty()) {
        auto const group = os::find_group(with.socket_group);
        if (!group)
            return not_listening{"there is no group '" + with.socket_group + '\''};
        access.group = *group;
    }
    auto made = os::listen_unix(at.name, -1, access);
    if (!made)
        return not_listening{made.error().message()};
    return made->take();
}

listening passed_by_systemd(procfile::listen_address const& at,
                            std::vector<os::passed_socket> const& passed)
{
    auto const found = std::find_if(passed.begin(), passed.end(),
                                    [&](auto const& each) { return each.name == at.name; });
    if (found == passed.end())
        return not_listening{"systemd has passed no socket of this name; the socket unit needs "
                             "FileDescriptorName=" +
                             at.name};
    auto fd = found->fd.duplicate();
    return fd ? listening(std::move(*fd)) : listening(not_listening{fd.error().message()});
}

} // namespace

void throw_exception_from_error(not_listening const& e, boost::source_location const&)
{
    throw std::runtime_error(e.why);
}

listening listen_at(procfile::listen_address const& at, procfile::router_settings const& with,
                    std::vector<os::passed_socket> const& passed)
{
    switch (at.type) {
    case procfile::listen_address::kind::tcp:
        return on_tcp(at);
    case procfile::listen_address::kind::unix_socket:
        return on_unix(at, with);
    case procfile::listen_address::kind::systemd:
        break;
    }
    return passed_by_systemd(at, passed);
}

} // namespace procd::daemon
