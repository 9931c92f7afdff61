#include "supervisor/os/proc_fs.hpp"
#include "supervisor/os/process_snapshot.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/os/children.hpp"

#include <algorithm>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

TEST_CASE("a process reads its own line of /proc", "[proc_fs]")
{
    auto const self = os::read_stat(::getpid());
    REQUIRE(self);
    CHECK(self->pid == ::getpid());
    CHECK(self->ppid == ::getppid());
    CHECK(self->pgrp == ::getpgrp());
    CHECK(self->session == ::getsid(0));
    CHECK(self->alive());
    CHECK(self->start_time > 0);
    CHECK(self->rss_pages > 0);
    CHECK(self->resident_bytes() > 0);
}

TEST_CASE("a name with blanks and parentheses does not confuse the fields", "[proc_fs]")
{
    char before[16] = {};
    ::prctl(PR_GET_NAME, before);
    ::prctl(PR_SET_NAME, "a) Z (0 1");
    auto const self = os::read_stat(::getpid());
    ::prctl(PR_SET_NAME, before);
    REQUIRE(self);
    CHECK(self->comm == "a) Z (0 1");
    CHECK(self->ppid == ::getppid());
    CHECK(self->alive());
}

TEST_CASE("a process that is gone is an error and has no line, time or memory", "[proc_fs]")
{
    test::clean_up const clean;
    auto const child = os::launch(test::puppet({"exit", "0"}));
    REQUIRE(child);
    REQUIRE(test::eventually([&] { return os::peek_ended_child(child->pid).has_value(); }));
    auto const zombie = os::read_stat(child->pid);
    REQUIRE(zombie);
    CHECK(!zombie->alive());
    os::reap(child->pid);
    auto const gone = os::read_stat(child->pid);
    REQUIRE(!gone);
    CHECK(gone.error() == os::error_of(ESRCH));
    CHECK(os::command_line(child->pid).empty());
    CHECK(os::environ_value(child->pid, "PATH").empty());
    CHECK(os::cpu_microseconds(child->pid) == 0);
}

TEST_CASE("a process whose first thread ended is alive", "[proc_fs]")
{
    test::clean_up const clean;
    auto const child = os::launch(test::puppet({"headless", "sleep"}));
    REQUIRE(child);
    test::read_until(child->output.get(), "ready");
    CHECK(test::eventually([&] { return os::read_stat(child->pid)->state == 'Z'; }));
    CHECK(os::read_stat(child->pid)->alive());
}

TEST_CASE("one variable is found in an environment by its whole name", "[proc_fs]")
{
    test::clean_up const clean;
    auto const child = os::launch(
        test::puppet({"sleep"}, {"PROCD_IDX=no", "XPROCD_ID=no", "PROCD_ID=yes=1", "EMPTY="}));
    REQUIRE(child);
    test::read_until(child->output.get(), "ready");
    CHECK(os::environ_value(child->pid, "PROCD_ID") == "yes=1");
    CHECK(os::environ_value(child->pid, "EMPTY").empty());
    CHECK(os::environ_value(child->pid, "PROCD").empty());
}

TEST_CASE("children are listed, and everybody is in a pass over all", "[proc_fs]")
{
    test::clean_up const clean;
    CHECK(os::own_children().empty());
    auto const child = os::launch(test::puppet({"sleep"}));
    REQUIRE(child);
    test::read_until(child->output.get(), "ready");
    CHECK(os::own_children() == std::vector<int>{child->pid});
    auto const all = os::all_processes();
    for (int const pid : {child->pid, ::getpid()})
        CHECK(std::count_if(all.begin(), all.end(), [&](auto const& p) { return p.pid == pid; }) ==
              1);
}

TEST_CASE("a command line is one line of printable text", "[proc_fs]")
{
    test::clean_up const clean;
    auto request = test::puppet({"ignore-term", "sleep", "a\nb\033[31m"});
    auto const child = os::launch(request);
    REQUIRE(child);
    test::read_until(child->output.get(), "ready");
    CHECK(os::command_line(child->pid) == request.argv[0] + " ignore-term sleep a?b?[31m");
}

TEST_CASE("CPU time of a process and its reaped children grows as it is used", "[proc_fs]")
{
    auto const before = os::cpu_microseconds(::getpid());
    CHECK(test::eventually([&] { return os::cpu_microseconds(::getpid()) > before; }));
}

namespace {

os::proc_stat process(int pid, int ppid, int session)
{
    os::proc_stat stat;
    stat.pid = pid;
    stat.ppid = ppid;
    stat.pgrp = stat.session = session;
    stat.state = 'S';
    return stat;
}

} // namespace

TEST_CASE("descendants are found in any order, and a circle ends", "[proc_fs]")
{
    os::process_snapshot const snapshot{{process(9, 8, 9), process(8, 5, 8), process(5, 1, 5),
                                         process(7, 1, 7), process(20, 21, 20),
                                         process(21, 20, 21)}};
    CHECK(snapshot.descendants_of(5) == std::vector<bool>{true, true, false, false, false, false});
    REQUIRE(snapshot.find(7) != nullptr);
    CHECK(snapshot.find(6) == nullptr);
}

TEST_CASE("ownership spreads to children and sessions, among the candidates alone", "[proc_fs]")
{
    using os::process_snapshot;
    // 10 has an owner. 11 is its child in a session of its own. 12 is an orphan in that session. 13
    // is a child that is no candidate. 14 belongs to nobody.
    process_snapshot const snapshot{{process(12, 1, 11), process(11, 10, 11), process(10, 1, 10),
                                     process(13, 10, 13), process(14, 1, 14)}};
    process_snapshot::owners owner{-1, -1, 3, -1, -1};
    snapshot.spread(owner, {true, true, true, false, true});
    CHECK(owner == process_snapshot::owners{3, 3, 3, -1, -1});
}
