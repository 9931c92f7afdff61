#include "supervisor/daemon/front_sockets.hpp"

#include "supervisor/core/listen_problem.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/os/port_owner.hpp"
#include "supervisor/os/tcp_listener.hpp"

#include <cerrno>
#include <utility>

namespace procd::daemon {

namespace {

using procfile::listen_address;
using opened = boost::system::result<std::vector<front_socket>, std::string>;

opened refused(std::string why)
{
    return opened(boost::system::in_place_error, std::move(why));
}

opened one(front_socket socket)
{
    std::vector<front_socket> all;
    all.push_back(std::move(socket));
    return opened(boost::system::in_place_value, std::move(all));
}

// The program that listens on the port, as far as /proc shows it.
std::optional<core::listen_failure::holder> holder_of(int port)
{
    os::port_holders holders;
    auto const found = holders.find(port);
    if (!found)
        return std::nullopt;
    return core::listen_failure::holder{found->pid > 0 ? std::optional{found->pid} : std::nullopt,
                                        found->command};
}

opened open_tcp(listen_address const& at)
{
    auto socket = os::listen_tcp(procfile::to_string(at.ip), at.port);
    if (socket)
        return one({at, std::move(*socket), {}});
    int const error = socket.error().value();
    bool const missing = error == EADDRNOTAVAIL || error == EAFNOSUPPORT;
    if (missing && at.needed == listen_address::need::where_possible)
        return opened(boost::system::in_place_value);
    core::listen_failure failure;
    failure.address = procfile::to_string(at);
    failure.error = error;
    if (error == EADDRINUSE)
        failure.held_by = holder_of(at.port);
    return refused(core::describe(failure));
}

opened open_unix(listen_address const& at, procfile::router_settings const& settings)
{
    os::socket_access access;
    access.mode = settings.socket_mode;
    access.backlog = os::listen_backlog;
    if (!settings.socket_group.empty()) {
        auto const group = os::find_group(settings.socket_group);
        if (!group)
            return refused("cannot listen on " + procfile::to_string(at) + ": no group '" +
                           settings.socket_group + "' on this machine ([front] socket_group)");
        access.group = *group;
    }
    auto listener = os::listen_unix(at.name, -1, access);
    if (listener)
        return one({at, {}, std::move(*listener)});
    core::listen_failure failure;
    failure.type = core::listen_failure::kind::unix_socket;
    failure.address = procfile::to_string(at);
    failure.error = listener.error().value();
    failure.group = settings.socket_group;
    return refused(core::describe(failure));
}

// The names of the sockets that systemd has passed.
std::string names_of(std::span<os::passed_socket const> passed)
{
    std::string names;
    for (auto const& socket : passed)
        names += (names.empty() ? "" : ", ") + socket.name;
    return names;
}

opened take_passed(listen_address const& at, std::span<os::passed_socket const> passed)
{
    std::vector<front_socket> all;
    for (auto const& socket : passed) {
        if (socket.name != at.name)
            continue;
        auto const problem = "cannot listen on " + procfile::to_string(at) + ": ";
        if (!os::is_listening(socket.fd.get()))
            return refused(problem + "what systemd passes by this name is no socket that listens; "
                                     "its unit needs ListenStream= and Accept=no");
        auto copy = socket.fd.duplicate();
        if (!copy)
            return refused(problem + copy.error().message());
        all.push_back({at, std::move(*copy), {}});
    }
    if (!all.empty())
        return opened(boost::system::in_place_value, std::move(all));
    return refused("cannot listen on " + procfile::to_string(at) + ": systemd has passed " +
                   (passed.empty() ? "no sockets; start procd by its socket unit"
                                   : "no socket of this name, but " + names_of(passed) +
                                         "; see FileDescriptorName= of the socket unit"));
}

opened open_any(listen_address const& address, procfile::router_settings const& settings,
                std::span<os::passed_socket const> passed)
{
    switch (address.type) {
    case listen_address::kind::tcp:
        return open_tcp(address);
    case listen_address::kind::unix_socket:
        return open_unix(address, settings);
    case listen_address::kind::systemd:
        return take_passed(address, passed);
    }
    return opened(boost::system::in_place_value);
}

} // namespace

opened open_front(listen_address const& address, procfile::router_settings const& settings,
                  procfile::share_mode share, std::span<os::passed_socket const> passed)
{
    auto all = open_any(address, settings, passed);
    if (!all)
        return all;
    auto const mode =
        share == procfile::share_mode::proxy ? os::accepting::fails : os::accepting::waits;
    for (auto const& socket : *all)
        if (auto const done = os::set_accepting(socket.get(), mode); !done)
            return refused("cannot listen on " + procfile::to_string(address) + ": " +
                           done.error().message());
    return all;
}

} // namespace procd::daemon
