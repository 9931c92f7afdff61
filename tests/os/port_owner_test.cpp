#include "supervisor/os/listening_ports.hpp"
#include "supervisor/os/port_owner.hpp"
#include "supervisor/os/proc_fs.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/os/children.hpp"

#include <algorithm>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

// A listening socket on a port that the kernel chose.
struct listener {
    os::unique_fd fd;
    int port = 0;
};

template <class Address>
listener listen_at(Address address)
{
    listener made{os::unique_fd{::socket(reinterpret_cast<sockaddr*>(&address)->sa_family,
                                         SOCK_STREAM | SOCK_CLOEXEC, 0)},
                  0};
    // Servers set this option. Without it, old connections in TIME_WAIT would block the port.
    int const on = 1;
    ::setsockopt(made.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(made.fd.get(), generic, size) != 0 || ::listen(made.fd.get(), 8) != 0)
        return {};
    ::getsockname(made.fd.get(), generic, &size);
    made.port = ntohs(reinterpret_cast<sockaddr_in*>(&address)->sin_port);
    return made;
}

sockaddr_in four(in_addr_t where)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(where);
    return address;
}

sockaddr_in6 six(in6_addr where)
{
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = where;
    return address;
}

} // namespace

TEST_CASE("a port is taken while somebody listens, on any local address", "[port_owner]")
{
    int port = 0;
    for (auto const where : {INADDR_ANY, INADDR_LOOPBACK}) {
        auto const held = listen_at(four(where));
        REQUIRE(held.port > 0);
        port = held.port;
        CHECK(os::port_taken(port));
        auto const holder = os::port_holders().find(port);
        REQUIRE(holder);
        CHECK(holder->pid == ::getpid());
        CHECK(holder->command == os::command_line(::getpid()));
    }
    CHECK(!os::port_taken(port));
    CHECK(!os::port_holders().find(port));
}

TEST_CASE("a port is taken by version 6 listeners too", "[port_owner]")
{
    for (auto const& where : {in6addr_any, in6addr_loopback}) {
        auto const held = listen_at(six(where));
        if (held.port == 0) {
            SKIPPED("no version 6 here");
            return;
        }
        CHECK(os::port_taken(held.port));
        CHECK(os::port_holders().find(held.port).value_or(os::port_holder{}).pid == ::getpid());
    }
}

TEST_CASE("a connection that lingers does not take a port", "[port_owner]")
{
    auto held = listen_at(four(INADDR_LOOPBACK));
    REQUIRE(held.port > 0);
    auto address = four(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(held.port));
    os::unique_fd client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    REQUIRE(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    os::unique_fd server{::accept4(held.fd.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    REQUIRE(server);
    held.fd.reset();
    server.reset(); // the server closes first, so TIME_WAIT stays on its port
    client.reset();
    CHECK(!os::port_taken(held.port));
    CHECK(!os::port_holders().find(held.port));
}

TEST_CASE("the ports that are listened on are asked for all at once", "[port_owner]")
{
    auto held = listen_at(six(in6addr_loopback));
    auto const other = listen_at(four(INADDR_ANY));
    REQUIRE(other.port > 0);
    auto const ports = os::listening_ports::ask();
    REQUIRE(ports.has_value());
    CHECK(ports->test(static_cast<std::size_t>(other.port)));
    CHECK((held.port <= 0 || ports->test(static_cast<std::size_t>(held.port))));
    CHECK(!ports->test(0));

    os::listening_ports watch;
    auto const now = std::chrono::steady_clock::now();
    CHECK(watch.may_be_taken(other.port, now));
    auto const late = listen_at(four(INADDR_LOOPBACK));
    CHECK(!watch.may_be_taken(late.port, now + std::chrono::milliseconds(19)));
    CHECK(watch.may_be_taken(late.port, now + std::chrono::milliseconds(20)));
}

TEST_CASE("a listening child is known by its pid among others", "[port_owner]")
{
    test::clean_up const clean;
    auto const child = os::launch(test::puppet({"listen"}));
    REQUIRE(child);
    std::string const said = test::read_until(child->output.get(), "\n");
    REQUIRE(said.rfind("listening ", 0) == 0);
    int const port = std::stoi(said.substr(10));
    CHECK(os::port_taken(port));
    CHECK(os::port_holders().find(port).value_or(os::port_holder{}).pid == child->pid);
    CHECK(os::listens_on({1, child->pid}, port));
    CHECK(!os::listens_on({::getpid()}, port));
    CHECK(!os::listens_on({}, port));
    os::send_signal(child->pid, SIGKILL);
    test::end_of(child->pid);
    CHECK(!os::listens_on({child->pid}, port));
}

TEST_CASE("the ports of some processes are in their order, and those of others are not there",
          "[port_owner]")
{
    test::clean_up const clean;
    std::vector<int> pids, ports;
    for (int i = 0; i < 2; ++i) {
        auto const child = os::launch(test::puppet({"listen"}));
        REQUIRE(child);
        std::string const said = test::read_until(child->output.get(), "\n");
        REQUIRE(said.rfind("listening ", 0) == 0);
        ports.push_back(std::stoi(said.substr(10)));
        pids.push_back(child->pid);
    }
    auto const own = listen_at(four(INADDR_LOOPBACK));
    CHECK(os::ports_of({pids[0]}) == std::vector<int>{ports[0]});
    std::sort(ports.begin(), ports.end());
    CHECK(os::ports_of(pids) == ports);
    CHECK(os::ports_of({}).empty());
}

TEST_CASE("the listeners of a port are known by their sockets", "[port_owner]")
{
    using os::loopback;
    auto const first = listen_at(four(INADDR_LOOPBACK));
    REQUIRE(first.port > 0);
    auto const before = os::listeners_on(loopback::v4, first.port);
    CHECK(before.size() == 1);
    CHECK(os::listeners_on(loopback::v6, first.port).empty());
    CHECK(os::listeners_on(loopback::v4, first.port) == before);
    auto at = six(in6addr_loopback);
    at.sin6_port = htons(static_cast<std::uint16_t>(first.port));
    if (auto const second = listen_at(at); second.port > 0) {
        CHECK(os::listeners_on(loopback::v4, first.port) == before);
        CHECK(os::listeners_on(loopback::v6, first.port).size() == 1);
        CHECK(os::listeners_on(loopback::v6, first.port) != before);
    }
    auto const other = listen_at(four(INADDR_ANY));
    CHECK(os::listeners_on(loopback::v4, other.port).size() == 1);
    CHECK(os::listeners_on(loopback::v4, other.port) != before);
    if (auto const both = listen_at(six(in6addr_any)); both.port > 0) {
        CHECK(os::listeners_on(loopback::v4, both.port).size() == 1);
        CHECK(os::listeners_on(loopback::v6, both.port) ==
              os::listeners_on(loopback::v4, both.port));
    }
}
