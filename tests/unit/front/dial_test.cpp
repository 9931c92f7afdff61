#include "supervisor/front/dial.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/no_descriptors.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/unit/front/router_stage.hpp"

using namespace procd::front;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

namespace {

struct scene : test::loop {
    std::shared_ptr<connection> dialled(int port, time_point until = steady::now() + 30s)
    {
        to->facts.port = port;
        auto made = result_of(dial(io, to, until));
        if (made)
            return *made;
        why = made.error();
        return nullptr;
    }
    std::optional<no_connection> why;
    std::shared_ptr<upstream> to = std::make_shared<upstream>();
};

// Listens on ::1 alone. Nothing: this machine has no IPv6.
std::optional<int> listen_on_v6(os::unique_fd& fd)
{
    fd.reset(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (!fd || ::bind(fd.get(), generic, size) != 0 || ::listen(fd.get(), 8) != 0 ||
        ::getsockname(fd.get(), generic, &size) != 0)
        return std::nullopt;
    return ntohs(address.sin6_port);
}

} // namespace

TEST_CASE("a process is dialled on 127.0.0.1", "[dial]")
{
    scene s;
    test::listening const app;
    CHECK(s.dialled(app.port) != nullptr);
    CHECK_FALSE(s.to->on_v6);
}

TEST_CASE("a process that listens on ::1 alone is found there, and remembered", "[dial]")
{
    scene s;
    os::unique_fd fd;
    auto const port = listen_on_v6(fd);
    if (!port) {
        SKIPPED("needs IPv6");
        return;
    }
    CHECK(s.dialled(*port) != nullptr);
    CHECK(s.to->on_v6);
    CHECK(s.dialled(*port) != nullptr);
    CHECK(s.to->on_v6);
    test::listening const v4; // it has moved
    CHECK(s.dialled(v4.port) != nullptr);
    CHECK_FALSE(s.to->on_v6);
}

TEST_CASE("a process that refuses gives no connection", "[dial]")
{
    scene s;
    auto app = std::make_unique<test::listening>();
    auto const port = app->port;
    app.reset();
    CHECK(s.dialled(port) == nullptr);
    CHECK(s.why == no_connection::refused);
    CHECK_FALSE(s.to->on_v6);
}

TEST_CASE("a router without descriptors says nothing about the process", "[dial]")
{
    scene s;
    test::listening const app;
    CHECK(s.dialled(app.port) != nullptr); // the event loop has its own descriptors now
    {
        test::no_descriptors const meanwhile;
        CHECK(s.dialled(app.port) == nullptr);
    }
    CHECK(s.why == no_connection::shortage);
    CHECK_FALSE(s.to->on_v6);
    CHECK(s.dialled(app.port) != nullptr);
}

TEST_CASE("a process that does not accept is given up in time", "[dial]")
{
    scene s;
    test::listening const app(0);
    std::vector<std::shared_ptr<connection>> all; // fill its queue
    auto const begun = steady::now();
    do
        all.push_back(s.dialled(app.port, steady::now() + 100ms));
    while (all.back() && all.size() < 100);
    CHECK(all.back() == nullptr);
    CHECK(s.why == no_connection::too_late);
    CHECK(steady::now() - begun < 25s);
}
