#include "supervisor/os/child.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/os/children.hpp"

#include <algorithm>
#include <signal.h>
#include <unistd.h>

TEST_CASE("a child that ended is seen without being reaped, then reaped once", "[child]")
{
    test::clean_up const clean;
    CHECK(!os::peek_ended_child());
    auto const child = os::launch(test::puppet({"exit", "7"}));
    REQUIRE(child);
    REQUIRE(test::eventually([] { return os::peek_ended_child().has_value(); }));
    for (int look = 0; look < 2; ++look) {
        auto const ended = os::peek_ended_child();
        REQUIRE(ended);
        CHECK(ended->pid == child->pid);
        CHECK(ended->status == core::exit_status{core::exited{7}});
    }
    CHECK(os::reap(child->pid));
    CHECK(!os::reap(child->pid));
    CHECK(!os::peek_ended_child());
}

TEST_CASE("a signal that ended a child is told from an exit", "[child]")
{
    test::clean_up const clean;
    auto const child = os::launch(test::puppet({"signal", std::to_string(SIGTERM)}));
    REQUIRE(child);
    CHECK(test::end_of(child->pid) == core::exit_status{core::signaled{SIGTERM}});
}

TEST_CASE("a living child is not reaped and not said to have ended", "[child]")
{
    test::clean_up const clean;
    auto const child = os::launch(test::puppet({"sleep"}));
    REQUIRE(child);
    CHECK(!os::peek_ended_child(child->pid));
    CHECK(!os::reap(child->pid));
    CHECK(!os::send_signal(child->pid, SIGKILL));
    CHECK(test::end_of(child->pid) == core::exit_status{core::signaled{SIGKILL}});
    CHECK(os::send_signal(child->pid, 0) == os::error_of(ESRCH));
}

TEST_CASE("a child kept unreaped hides no other", "[child]")
{
    test::clean_up const clean;
    std::vector<int> pids;
    for (int code = 0; code < 5; ++code) {
        auto const child = os::launch(test::puppet({"exit", std::to_string(code)}));
        REQUIRE(child);
        pids.push_back(child->pid);
    }
    CHECK(test::eventually([] { return os::ended_children().size() == 5; }));
    os::reap(pids[3]);
    auto const left = os::ended_children();
    CHECK(left.size() == 4);
    CHECK(std::none_of(left.begin(), left.end(), [&](auto const& c) { return c.pid == pids[3]; }));
}

TEST_CASE("reaping gives the CPU time used", "[child]")
{
    test::clean_up const clean;
    auto const child = os::launch(test::puppet({"burn", "50"}));
    REQUIRE(child);
    REQUIRE(test::eventually([&] { return os::peek_ended_child(child->pid).has_value(); }));
    std::uint64_t used = 0;
    CHECK(os::reap(child->pid, &used));
    CHECK(used >= 45'000);
    CHECK(used < 5'000'000);
}

TEST_CASE("orphans come to a subreaper", "[child]")
{
    test::clean_up const clean; // makes this process a subreaper
    auto const child = os::launch(test::puppet({"leave", "sleep"}));
    REQUIRE(child);
    test::read_until(child->output.get(), "ready");
    test::end_of(child->pid);
    auto const children = os::own_children();
    REQUIRE(children.size() == 1);
    CHECK(children.front() != child->pid);
}

TEST_CASE("no end is missed however soon it comes after the launch", "[child]")
{
    test::clean_up const clean;
    for (int i = 0; i < 100; ++i) {
        auto const child = os::launch(test::puppet({"exit", "0"}));
        REQUIRE(child);
        CHECK(test::end_of(child->pid) == core::exit_status{core::exited{0}});
    }
    CHECK(test::clean_up::nothing_left());
}
