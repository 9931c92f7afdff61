// The process of the router, with the test's own program in the place of procd's: it ends soon.
#include "supervisor/daemon/router_process.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/process/services.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/os/children.hpp"

#include <boost/asio/io_context.hpp>

using namespace test;

namespace {

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

TEST_CASE("a router that dies is started again after a pause", "[router]")
{
    stage s;
    s.router.run(nullptr);
    REQUIRE(s.until([&] { return s.router.pid() > 0; }));
    int const first = s.router.pid();
    REQUIRE(s.until([&] { return s.router.last_failure().has_value(); }));
    CHECK(s.router.last_failure()->why == "exited with code 255");
    CHECK(s.until([&] { return s.router.pid() > 0 && s.router.pid() != first; }));
    s.router.end();
    CHECK(s.until([&] { return s.router.over(); }));
}
