// Tests against the real kernel: what a start has alive beside its main process, found without a
// cgroup by session and PROCD_ID.
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/process/tree.hpp"
#include "tests/unit/process/children.hpp"

#include <fcntl.h>
#include <signal.h>

using procd::process::tree;

namespace {

procd::output::options to(os::unique_fd const& terminal)
{
    procd::output::options options;
    options.terminal_fd = terminal.get();
    return options;
}

// A tree whose main process is the puppet with these arguments.
struct planted {
    explicit planted(std::vector<std::string> arguments)
    {
        main = test::launch(std::move(arguments), {"PROCD_ID=" + all.procd_id()});
        all.begin(main);
    }

    // Runs the reaper until the condition holds, for 30 s at most.
    bool until(std::function<bool()> const& holds)
    {
        return test::eventually([&] {
            io.restart();
            io.poll();
            with.children.reap();
            return holds();
        });
    }
    // Kills the main process alone and looks at the rest while it is not reaped.
    void end_main()
    {
        bool told = false;
        with.children.watch(main.pid, [&](core::exit_status const&) {
            may_be_left = all.may_be_left(main.pid, tree::leaf_use::over);
            all.look(tree::main_process::ended);
            told = true;
        });
        ::kill(main.pid, SIGKILL);
        REQUIRE(until([&] { return told; }));
    }

    test::clean_up left;
    boost::asio::io_context io;
    os::unique_fd nowhere{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    procd::output::hub hub{io, to(nowhere)};
    procd::output::event_log events{io};
    procd::process::services with{io, hub, events};
    int gone = 0; // how often it was told that survivors may have ended
    bool may_be_left = false;
    tree all{with, "web.1", {}, [this] { ++gone; }};
    os::child main;
};

} // namespace

TEST_CASE("a process without children leaves nothing", "[tree]")
{
    planted p({"sleep"});
    test::pid_of_sleeper(p.main);
    p.all.look(tree::main_process::lives);
    CHECK(!p.all.any());
    p.end_main();
    CHECK(!p.may_be_left);
    CHECK(!p.all.any());
    CHECK(p.all.key().leader == -1);
}

TEST_CASE("a survivor is found and signalled, and its end is told", "[tree]")
{
    planted p({"fork", "sleep"});
    int const survivor = test::pid_of_sleeper(p.main);
    p.all.look(tree::main_process::lives);
    CHECK(p.all.any());
    p.end_main();
    CHECK(p.may_be_left);
    CHECK(p.all.any());
    CHECK(p.all.key().leader == p.main.pid); // the group lives, so its number is its own
    p.gone = 0;
    ::kill(survivor, SIGSTOP);
    REQUIRE(test::eventually([&] { return test::state_of(survivor) == 'T'; }));
    CHECK(p.all.signal(SIGTERM) == 1); // CONT follows
    CHECK(p.until([&] { return p.gone > 0; }));
    CHECK(test::state_of(survivor) == '-');
    p.all.look(tree::main_process::ended);
    CHECK(!p.all.any());
    CHECK(p.all.key().leader == -1);
}

TEST_CASE("a survivor that had the signal with its group is spared", "[tree]")
{
    planted in_group({"fork", "sleep"});
    int const survivor = test::pid_of_sleeper(in_group.main);
    in_group.all.look(tree::main_process::lives);
    in_group.all.group_was_signalled();
    CHECK(in_group.all.signal(SIGTERM) == 0);
    CHECK(test::alive(survivor));
    planted apart({"own-session", "sleep"});
    test::pid_of_sleeper(apart.main);
    apart.all.look(tree::main_process::lives);
    apart.all.group_was_signalled();
    CHECK(apart.all.signal(SIGTERM) == 1);
}

TEST_CASE("a survivor in a session of its own does not keep the group's number", "[tree]")
{
    planted p({"own-session", "sleep"});
    test::pid_of_sleeper(p.main);
    p.end_main();
    CHECK(p.all.any());
    CHECK(p.all.key().leader == -1);
}

TEST_CASE("KILL reaches all of a tree, which is not signalled after that", "[tree]")
{
    planted p({"fork", "own-session", "ignore-term", "sleep"});
    int const survivor = test::pid_of_sleeper(p.main);
    p.all.look(tree::main_process::lives);
    CHECK(!p.all.was_killed());
    p.all.kill();
    CHECK(p.all.was_killed());
    CHECK(p.all.signal(SIGTERM) == 0);
    CHECK(p.until(
        [&] { return test::state_of(p.main.pid) == '-' && test::state_of(survivor) == '-'; }));
}

TEST_CASE("an abandoned tree is nobody's: its members are named, and no end is told", "[tree]")
{
    planted p({"fork", "sleep"});
    int const survivor = test::pid_of_sleeper(p.main);
    p.end_main();
    auto const left = p.all.abandon();
    REQUIRE(left.size() == 1);
    CHECK(left.front().pid == survivor);
    CHECK(!p.all.any());
    CHECK(p.all.key().leader == -1);
    p.gone = 0;
    ::kill(survivor, SIGKILL);
    CHECK(p.until([&] { return test::state_of(survivor) == '-'; }));
    CHECK(p.gone == 0);
}
