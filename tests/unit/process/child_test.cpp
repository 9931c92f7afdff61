// Tests against the real kernel: a child from its launch until it is reaped.
#include "supervisor/process/child.hpp"
#include "tests/unit/process/children.hpp"

#include <cerrno>
#include <optional>
#include <signal.h>

using procd::process::child;

namespace {

// A puppet as a child whose end is noted.
struct supervised : test::children {
    explicit supervised(std::vector<std::string> arguments)
        : supervised(test::puppet(std::move(arguments)))
    {
    }
    explicit supervised(os::launch_request const& request)
    {
        auto launched = os::launch(request);
        REQUIRE(launched);
        made = std::move(*launched);
        pid = made.pid;
        main.emplace(
            io, reaper, made,
            [this](core::exit_status const& status) {
                ++told;
                end = status;
            },
            [this] { ++told_of_launch; });
        known_at_once = main->launch() == core::launch_fact::running;
    }

    bool until_end()
    {
        return until([this] { return told > 0; });
    }
    void stop() const
    {
        ::kill(pid, SIGSTOP);
        REQUIRE(test::eventually([this] { return test::state_of(pid) == 'T'; }));
    }

    os::child made;
    int pid = -1;
    int told = 0, told_of_launch = 0;
    bool known_at_once = false; // mostly, but the status pipe may be closed a moment later
    core::exit_status end;
    std::optional<child> main;
};

core::exit_status by_signal(int number)
{
    return core::signaled{number, false};
}

} // namespace

TEST_CASE("the end is told once, with its status", "[child]")
{
    supervised s({"exit", "3"});
    CHECK(s.until_end());
    CHECK(s.end == core::exit_status(core::exited{3}));
    CHECK(s.main->launch() == core::launch_fact::none);
    CHECK(s.main->pid() == -1);
    CHECK(s.told == 1);
    CHECK(test::state_of(s.pid) == '-');
}

TEST_CASE("a launch is known at once or told", "[child]")
{
    supervised s({"sleep"});
    CHECK(s.until([&] { return s.main->launch() == core::launch_fact::running; }));
    CHECK(s.told_of_launch == (s.known_at_once ? 0 : 1));
    CHECK(s.main->pid() == s.pid);
    s.main->kill();
    CHECK(s.until_end());
    CHECK(s.end == by_signal(SIGKILL));
}

TEST_CASE("a command that cannot be executed was never started", "[child]")
{
    auto request = test::puppet({});
    request.argv = {"/nowhere/at/all"};
    supervised s(request);
    CHECK(s.until_end());
    REQUIRE(std::holds_alternative<core::never_started>(s.end));
    CHECK(std::get<core::never_started>(s.end).stage == "exec");
    CHECK(std::get<core::never_started>(s.end).error == ENOENT);
}

TEST_CASE("TERM reaches a stopped child, because CONT follows", "[child]")
{
    for (int const number : {SIGTERM, SIGHUP, SIGINT, SIGQUIT}) {
        supervised s({"sleep"});
        s.stop();
        CHECK(!s.main->signal(number));
        CHECK(s.until_end());
        REQUIRE(std::holds_alternative<core::signaled>(s.end));
        CHECK(std::get<core::signaled>(s.end).number == number);
    }
}

TEST_CASE("no CONT follows USR1, unless it is the signal of a stop", "[child]")
{
    supervised s({"sleep"});
    s.stop();
    CHECK(!s.main->signal(SIGUSR1));
    CHECK(test::state_of(s.pid) == 'T'); // CONT would have changed it before kill(2) returned
    CHECK(!s.main->stop(SIGUSR1));
    CHECK(s.until_end());
    CHECK(s.end == by_signal(SIGUSR1));
}

TEST_CASE("signals go to the whole group", "[child]")
{
    for (int const number : {SIGTERM, SIGKILL}) {
        supervised s({"fork", "sleep"});
        int const grandchild = test::pid_of_sleeper(s.made);
        CHECK(grandchild != s.pid);
        if (number == SIGKILL)
            s.main->kill();
        else
            CHECK(!s.main->signal(number));
        CHECK(s.until_end());
        CHECK(s.end == by_signal(number));
        CHECK(s.until_gone(grandchild));
    }
}

TEST_CASE("a child may be destroyed while its end is told", "[child]")
{
    test::children c;
    auto made = test::launch({"exit", "3"});
    std::optional<child> main;
    int pid_then = 0;
    main.emplace(c.io, c.reaper, made, [&](core::exit_status const&) {
        pid_then = main->pid();
        main.reset();
    });
    CHECK(c.until([&] { return pid_then != 0; }));
    CHECK(pid_then == made.pid); // its number is its own until it is reaped
    CHECK(test::state_of(made.pid) == '-');
    CHECK(!c.reaper.watches_any());
}

TEST_CASE("a forgotten or destroyed child lives on, and its end is not told", "[child]")
{
    for (bool const destroyed : {false, true}) {
        supervised s({"sleep"});
        test::pid_of_sleeper(s.made);
        if (destroyed) {
            s.main.reset();
        } else {
            s.main->forget();
            CHECK(s.main->pid() == -1);
            CHECK(s.main->signal(SIGTERM) == os::error_of(ESRCH));
        }
        CHECK(!s.reaper.watches_any());
        CHECK(test::alive(s.pid));
        ::kill(s.pid, SIGKILL);
        CHECK(s.until_gone(s.pid));
        CHECK(s.told == 0);
    }
}

TEST_CASE("a signal after the end is ESRCH, already while the end is told", "[child]")
{
    test::children c;
    auto made = test::launch({"exit", "0"});
    std::optional<child> main;
    os::error_code then;
    bool told = false;
    main.emplace(c.io, c.reaper, made, [&](core::exit_status const&) {
        then = main->signal(SIGTERM);
        told = true;
    });
    CHECK(c.until([&] { return told; }));
    CHECK(then == os::error_of(ESRCH));
    CHECK(main->signal(SIGTERM) == os::error_of(ESRCH));
    CHECK(main->stop(SIGTERM) == os::error_of(ESRCH));
    main->kill(); // does nothing
}

TEST_CASE("a child whose start is taken back is killed and ends as one that never started",
          "[child]")
{
    supervised s({"sleep"});
    s.main->fail({"output", ENOSPC, ""});
    CHECK(s.main->launch() == core::launch_fact::pending);
    CHECK(s.until_end());
    CHECK(s.end == core::exit_status(core::never_started{"output", ENOSPC, ""}));
    CHECK(test::state_of(s.pid) == '-');
}
