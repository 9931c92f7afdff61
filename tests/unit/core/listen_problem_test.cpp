#include "supervisor/core/listen_problem.hpp"
#include "tests/fixtures/catch.hpp"

#include <algorithm>
#include <cerrno>

using core::listen_failure;
using kind = core::listen_failure::kind;

namespace {

// Each message ends in the same words, which are checked and taken away here.
std::string without_end(std::string message)
{
    std::string const end = "; procd tries again every 5 s";
    CHECK(message.ends_with(end));
    return message.substr(0, message.size() - std::min(end.size(), message.size()));
}

std::string tcp(int error, std::optional<listen_failure::holder> by = {})
{
    return without_end(core::describe({kind::tcp, "0.0.0.0:80", error, std::move(by), ""}));
}

std::string unix_socket(int error, std::string group = "")
{
    return without_end(core::describe({kind::unix_socket, "unix:/s", error, {}, std::move(group)}));
}

} // namespace

TEST_CASE("a refused port names who holds it, or the right that it needs", "[listen_problem]")
{
    std::string const head = "cannot listen on 0.0.0.0:80: ";
    CHECK(tcp(EADDRINUSE, listen_failure::holder{12, "nginx"}) ==
          head + "nginx (process 12) listens there; end it, or choose another address");
    CHECK(tcp(EADDRINUSE, listen_failure::holder{12, ""}) ==
          head + "process 12 listens there; end it, or choose another address");
    CHECK(tcp(EADDRINUSE, listen_failure::holder{{}, ""}) ==
          head + "another program listens there; end it, or choose another address");
    CHECK(tcp(EADDRINUSE) ==
          head + "another program listens there; end it, or choose another address");
    for (int const error : {EACCES, EPERM})
        CHECK(tcp(error) ==
              head + "this port needs a right: start procd as root, give it CAP_NET_BIND_SERVICE "
                     "(AmbientCapabilities= in a unit), or let systemd pass the socket "
                     "(systemd:NAME)");
    CHECK(tcp(EADDRNOTAVAIL) == head + "this machine does not have the address");
    CHECK(tcp(EAFNOSUPPORT) == head + "this machine has no IPv6");
    CHECK(tcp(EMFILE) == head + "Too many open files");
}

TEST_CASE("a refused Unix socket says what is in its place", "[listen_problem]")
{
    std::string const head = "cannot listen on unix:/s: ";
    CHECK(unix_socket(EADDRINUSE) ==
          head + "another program answers there; end it, or choose another path");
    CHECK(unix_socket(EEXIST) ==
          head + "there is a file that is no socket; remove it, or choose another path");
    CHECK(unix_socket(ENOENT) == head + "its directory does not exist; make it");
    CHECK(unix_socket(EACCES) ==
          head + "procd may not write in its directory; choose one that belongs to procd's user");
    CHECK(unix_socket(EPERM, "web") ==
          head + "procd may not give it the group 'web'; its user must be a member of the group, "
                 "or root");
    CHECK(unix_socket(EPERM) == head + "Operation not permitted");
    CHECK(unix_socket(ENOSPC) == head + "No space left on device");
}
