#include "supervisor/core/listen_problem.hpp"

#include <cerrno>
#include <system_error>

namespace core {

namespace {

std::string holder_text(listen_failure::holder const& by)
{
    if (!by.pid)
        return "another program listens there";
    auto const pid = "process " + std::to_string(*by.pid);
    return by.command.empty() ? pid + " listens there"
                              : by.command + " (" + pid + ") listens there";
}

std::string tcp_reason(listen_failure const& f)
{
    switch (f.error) {
    case EADDRINUSE:
        return holder_text(f.held_by.value_or(listen_failure::holder{})) +
               "; end it, or choose another address";
    case EACCES:
    case EPERM:
        return "this port needs a right: start procd as root, give it CAP_NET_BIND_SERVICE "
               "(AmbientCapabilities= in a unit), or let systemd pass the socket (systemd:NAME)";
    case EADDRNOTAVAIL:
        return "this machine does not have the address";
    case EAFNOSUPPORT:
        return "this machine has no IPv6";
    default:
        return std::generic_category().message(f.error);
    }
}

std::string unix_reason(listen_failure const& f)
{
    switch (f.error) {
    case EADDRINUSE:
        return "another program answers there; end it, or choose another path";
    case EEXIST:
        return "there is a file that is no socket; remove it, or choose another path";
    case ENOENT:
        return "its directory does not exist; make it";
    case EACCES:
        return "procd may not write in its directory; choose one that belongs to procd's user";
    case EPERM:
        if (!f.group.empty())
            return "procd may not give it the group '" + f.group +
                   "'; its user must be a member of the group, or root";
        break;
    default:
        break;
    }
    return std::generic_category().message(f.error);
}

} // namespace

std::string describe(listen_failure const& failure)
{
    bool const tcp = failure.type == listen_failure::kind::tcp;
    return "cannot listen on " + failure.address + ": " +
           (tcp ? tcp_reason(failure) : unix_reason(failure)) + "; procd tries again every " +
           std::to_string(before_next_listen.count()) + " s";
}

} // namespace core
