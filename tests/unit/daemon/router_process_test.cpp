// The process of the router, with the test's own program in the place of procd's.
#include "supervisor/daemon/router_process.hpp"
#include "supervisor/front/run_router.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/process/services.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/os/children.hpp"

#include <boost/asio/io_context.hpp>

#include <csignal>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace test;

namespace {

// This program as the router: it lives until procd's end of the pair is closed.
int act_as_router()
{
    std::ifstream command("/proc/self/cmdline");
    std::string const words(std::istreambuf_iterator<char>(command), {});
    if (words.find(procd::front::router_option) == std::string::npos)
        return 0;
    char bytes[1024];
    ssize_t got = 0;
    do {
        pollfd procd{0, POLLIN, 0};
        ::poll(&procd, 1, -1);
        got = ::recv(0, bytes, sizeof bytes, MSG_DONTWAIT);
    } while (got > 0);
    ::_exit(0);
}
int const not_the_router = act_as_router();

struct stage {
    // Runs the loop until the condition holds, for 30 s at most.
    bool until(std::function<bool()> const& holds)
    {
        return eventually([&] {
            io.restart();
            io.poll();
            with.children.reap();
            return holds();
        });
    }

    clean_up processes; // kills what a failed test leaves
    boost::asio::io_context io;
    procd::output::hub hub{io, {}};
    procd::output::event_log events{io};
    procd::process::services with{io, hub, events};
    int lost = 0;
    procd::daemon::router_process router{with, {[] {}, [this] { ++lost; }, [](auto const&) {}}};
};

} // namespace

TEST_CASE("a router that has ended leaves no timer, which would hold the end of procd", "[router]")
{
    stage s;
    s.router.run(nullptr);
    REQUIRE(s.until([&] { return s.router.pid() > 0; }));
    s.router.end();
    REQUIRE(s.until([&] { return s.router.over(); }));
    CHECK(s.lost == 1);
    CHECK(not_the_router == 0);
    s.io.restart();
    s.io.poll();
    CHECK(s.io.stopped());
}

TEST_CASE("a router that is wanted again while it ends has not failed", "[router]")
{
    stage s;
    s.router.run(nullptr);
    REQUIRE(s.until([&] { return s.router.pid() > 0; }));
    int const first = s.router.pid();
    s.router.end();
    s.router.run(nullptr);
    CHECK(s.until([&] { return s.router.pid() > 0 && s.router.pid() != first; }));
    CHECK(s.lost == 1);
    CHECK_FALSE(s.router.last_failure().has_value());
    s.router.end();
    CHECK(s.until([&] { return s.router.over(); }));
}

TEST_CASE("a router that dies is started again, the second time after a pause", "[router]")
{
    stage s;
    auto const next = [&s](int before) {
        REQUIRE(s.until([&] { return s.router.pid() > 0 && s.router.pid() != before; }));
        return s.router.pid();
    };
    s.router.run(nullptr);
    int const first = next(0);
    ::kill(first, SIGKILL);
    int const second = next(first);
    ::kill(second, SIGKILL);
    REQUIRE(s.until([&] { return s.router.last_failure().has_value(); }));
    CHECK(s.router.last_failure()->why == "terminated by SIGKILL");
    next(second);
    CHECK(s.lost == 2);
    s.router.end();
    CHECK(s.until([&] { return s.router.over(); }));
}
