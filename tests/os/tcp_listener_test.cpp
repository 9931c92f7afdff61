#include "supervisor/os/tcp_listener.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/os/children.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

int option_of(int fd, int level, int name)
{
    int value = 0;
    socklen_t size = sizeof value;
    REQUIRE(::getsockopt(fd, level, name, &value, &size) == 0);
    return value;
}

bool have_v6()
{
    return os::listen_tcp("::1", 0).has_value();
}

// Connects to 127.0.0.1. Closed when that is refused.
os::unique_fd connect_v4(int port)
{
    os::unique_fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
        fd.reset();
    return fd;
}

} // namespace

TEST_CASE("a listening socket accepts, does not block and is not inherited", "[tcp_listener]")
{
    auto const listener = os::listen_tcp("127.0.0.1", 0);
    REQUIRE(listener.has_value());
    CHECK((::fcntl(listener->get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((::fcntl(listener->get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK(option_of(listener->get(), SOL_SOCKET, SO_REUSEADDR) != 0);
    CHECK(os::is_listening(listener->get()));
    CHECK(::accept(listener->get(), nullptr, nullptr) == -1);
    CHECK(errno == EAGAIN);
    auto const port = os::port_of(listener->get());
    REQUIRE(port.has_value());
    auto const client = connect_v4(*port);
    REQUIRE(client);
    os::unique_fd const accepted(::accept(listener->get(), nullptr, nullptr));
    CHECK(accepted);
    CHECK_FALSE(os::is_listening(accepted.get()));
}

TEST_CASE("whether accept waits can be changed, for every descriptor of the socket",
          "[tcp_listener]")
{
    auto const listener = os::listen_tcp("127.0.0.1", 0);
    REQUIRE(listener.has_value());
    auto const copy = listener->duplicate();
    REQUIRE(copy.has_value());
    CHECK(os::set_accepting(copy->get(), os::accepting::waits).has_value());
    CHECK((::fcntl(listener->get(), F_GETFL) & O_NONBLOCK) == 0);
    CHECK(os::set_accepting(copy->get(), os::accepting::fails).has_value());
    CHECK((::fcntl(listener->get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK(os::set_accepting(-1, os::accepting::fails).error().value() == EBADF);
}

TEST_CASE("both families have a socket on the same port", "[tcp_listener]")
{
    if (!have_v6()) {
        SKIPPED("needs IPv6");
        return;
    }
    // Another program may take the second port between the two calls; then the pair is tried anew.
    auto const pair_made = [] {
        auto const v6 = os::listen_tcp("::", 0);
        REQUIRE(v6.has_value());
        CHECK(option_of(v6->get(), IPPROTO_IPV6, IPV6_V6ONLY) != 0);
        auto const port = os::port_of(v6->get()).value();
        CHECK_FALSE(connect_v4(port)); // the one of IPv6 takes no connections of IPv4
        return os::listen_tcp("0.0.0.0", port).has_value();
    };
    CHECK(test::eventually(pair_made));
}

TEST_CASE("an address at which somebody listens is taken", "[tcp_listener]")
{
    auto first = os::listen_tcp("127.0.0.1", 0);
    REQUIRE(first.has_value());
    int const port = os::port_of(first->get()).value();
    CHECK(os::listen_tcp("127.0.0.1", port).error().value() == EADDRINUSE);
    CHECK(os::listen_tcp("0.0.0.0", port).error().value() == EADDRINUSE);

    // An ended connection does not keep the port.
    auto const client = connect_v4(port);
    os::unique_fd accepted(::accept(first->get(), nullptr, nullptr));
    REQUIRE(accepted);
    accepted.reset(); // this side ends first, so TIME_WAIT is here
    first->reset();
    CHECK(os::listen_tcp("127.0.0.1", port).has_value());
}

TEST_CASE("an address that cannot be had is an error of the system", "[tcp_listener]")
{
    // 192.0.2.0/24 is for documentation, so that no machine has an address of it.
    CHECK(os::listen_tcp("192.0.2.1", 0).error().value() == EADDRNOTAVAIL);
    for (char const* text : {"", "localhost", "1.2.3", "[::1]", "::1%lo"})
        CHECK(os::listen_tcp(text, 0).error().value() == EINVAL);
    CHECK(os::listen_tcp("127.0.0.1", -1).error().value() == EINVAL);
    CHECK(os::listen_tcp("127.0.0.1", 65'536).error().value() == EINVAL);
    os::unique_fd const file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    CHECK_FALSE(os::is_listening(file.get()));
    CHECK_FALSE(os::port_of(file.get()).has_value());
}

TEST_CASE("a low port needs a right", "[tcp_listener]")
{
    if (::geteuid() != 0) {
        SKIPPED("needs root, to become nobody");
        return;
    }
    auto const seen = test::in_child(test::as::nobody, [] {
        auto const got = os::listen_tcp("127.0.0.1", 1);
        return got ? std::string("a socket") : std::to_string(got.error().value());
    });
    if (seen == "a socket") {
        SKIPPED("needs net.ipv4.ip_unprivileged_port_start above 1");
        return;
    }
    CHECK(seen == std::to_string(EACCES));
}
