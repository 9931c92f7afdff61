#include "supervisor/os/guardian.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/os/children.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <sched.h>
#include <signal.h>
#include <sstream>
#include <unistd.h>

namespace {

// The pids in the text after the word "pids": the processes that the doomed procd has started.
std::vector<int> pids_in(std::string const& text)
{
    std::vector<int> pids;
    std::istringstream words{text};
    for (int pid = 0; words >> pid;)
        pids.push_back(pid);
    return pids;
}

// A procd that starts a guardian and three trees, prints their members, and waits for its death.
void be_procd(int output, std::optional<os::cgroup_tree> cgroup)
{
    os::become_subreaper();
    // The prefix belongs to this test alone, because a guardian ends every process with its prefix,
    // also that of another test.
    std::string const prefix = "run-" + std::to_string(::getpid()) + '-';
    auto guard = os::guardian::start({cgroup ? cgroup->path() : "", prefix});
    std::string said;
    int n = 0;
    for (auto const& arguments :
         std::vector<std::vector<std::string>>{{"ignore-term", "fork", "fork", "sleep"},
                                               {"fork", "daemon", "ignore-term", "sleep"},
                                               {"clear-env", "fork", "own-session", "sleep"}}) {
        std::string const id = prefix + std::to_string(++n);
        auto request = test::puppet(arguments, {"PROCD_ID=" + id});
        os::cgroup_leaf leaf;
        os::unique_fd directory;
        if (cgroup) {
            leaf = *os::cgroup_leaf::make(*cgroup, id);
            directory = *leaf.open();
            request.cgroup_fd = directory.get();
        }
        auto child = os::launch(request);
        guard->add_session(child->pid, os::read_stat(child->pid)->start_time);
        test::read_until(child->output.get(), "ready");
        said += std::to_string(child->pid) + ' ';
        for (auto const& m : test::members_of({leaf ? &leaf : nullptr, id, child->pid}))
            said += std::to_string(m.pid) + ' ';
        child->output.release();
    }
    said += "end";
    if (::write(output, said.data(), said.size()) < 0)
        ::_exit(1);
    for (;;)
        ::pause();
}

std::string everything_dies_with_procd(std::string const& cgroup_name)
{
    std::string path;
    std::optional<os::cgroup_tree> cgroup;
    if (!cgroup_name.empty()) {
        cgroup = *os::cgroup_tree::make(cgroup_name);
        path = cgroup->path();
    }
    int ends[2];
    if (::pipe(ends) != 0)
        return "no pipe";
    pid_t const procd = ::fork();
    if (procd == 0)
        be_procd(ends[1], std::move(cgroup));
    std::string const said = test::read_until(ends[0], "end");
    auto const pids = pids_in(said);
    ::kill(procd, SIGKILL);
    auto const killed = std::chrono::steady_clock::now();
    if (pids.size() != 9)
        return "not nine processes: " + said;
    bool const gone =
        test::eventually([&] { return std::none_of(pids.begin(), pids.end(), test::alive); });
    auto const took = std::chrono::steady_clock::now() - killed;
    if (!gone)
        return "still alive: " + said;
    if (took > std::chrono::seconds{5}) // one second is enough on an idle machine
        return "took too long";
    // The guardian and all orphans are children of this process now.
    if (!test::eventually(test::clean_up::nothing_left))
        return "something is left";
    return path.empty() || !std::filesystem::exists(path) ? "" : "the cgroup is left";
}

} // namespace

TEST_CASE("when procd is killed its guardian ends everything by cgroup", "[guardian]")
{
    test::clean_up const clean;
    std::string const name = "guardian-test-" + std::to_string(::getpid());
    if (auto const probe = os::cgroup_tree::make(name); !probe) {
        SKIPPED("no cgroup2 to write to: " << probe.error().message());
        return;
    }
    CHECK(test::in_child(test::as::this_user, [&] { return everything_dies_with_procd(name); }) ==
          "");
}

TEST_CASE("when procd is killed its guardian ends everything by session and environment",
          "[guardian]")
{
    test::clean_up const clean;
    CHECK(test::in_child(test::as::this_user, [] { return everything_dies_with_procd(""); }) == "");
    if (::geteuid() != 0) {
        SKIPPED("needs root to become an ordinary user");
        return;
    }
    test::puppet_for_all();
    CHECK(test::in_child(test::as::nobody, [] { return everything_dies_with_procd(""); }) == "");
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("a dismissed guardian kills nothing and ends", "[guardian]")
{
    test::clean_up const clean;
    std::string const prefix = "kept-" + std::to_string(::getpid()) + '-';
    auto child = os::launch(test::puppet({"sleep"}, {"PROCD_ID=" + prefix + "1"}));
    REQUIRE(child);
    test::read_until(child->output.get(), "ready");
    int pid = -1;
    {
        auto guard = os::guardian::start({"", prefix});
        REQUIRE(guard);
        pid = guard->pid();
        guard->add_session(child->pid, os::read_stat(child->pid)->start_time);
        os::guardian moved = std::move(*guard);
        CHECK(moved.pid() == pid);
        CHECK(test::alive(pid));
        moved.dismiss();
    }
    CHECK(test::end_of(pid) == core::exit_status{core::exited{0}});
    CHECK(test::alive(child->pid));
    os::send_signal(child->pid, SIGKILL);
    test::end_of(child->pid);
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("a guardian that nobody has dismissed does its work when an exception ends its owner",
          "[guardian]")
{
    test::clean_up const clean;
    std::string const prefix = "lost-" + std::to_string(::getpid()) + '-';
    auto child = os::launch(test::puppet({"ignore-term", "sleep"}, {"PROCD_ID=" + prefix + "1"}));
    REQUIRE(child);
    test::read_until(child->output.get(), "ready");
    int pid = -1;
    auto const owner = [&] {
        auto const guard = os::guardian::start({"", prefix});
        REQUIRE(guard);
        pid = guard->pid();
        throw std::runtime_error("a bug");
    };
    CHECK_THROWS_WITH(owner(), "a bug");
    CHECK(test::end_of(child->pid) == core::exit_status{core::signaled{SIGKILL, false}});
    CHECK(test::end_of(pid) == core::exit_status{core::exited{0}});
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("a guardian is in a session of its own and obeys no terminal's signals", "[guardian]")
{
    test::clean_up const clean;
    int pid = -1;
    {
        auto const guard = os::guardian::start({"", "x-"});
        REQUIRE(guard);
        pid = guard->pid();
        CHECK(test::eventually([&] { return os::read_stat(pid)->comm == "procd-guardian"; }));
        CHECK(os::read_stat(pid)->session == pid);
        // The guardian may have its name before it ignores all signals and has closed its
        // descriptors.
        CHECK(test::eventually(
            [&] { return !std::filesystem::exists("/proc/" + std::to_string(pid) + "/fd/1"); }));
        for (int const signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
            os::send_signal(pid, signal);
        CHECK(test::alive(pid));
    }
    CHECK(test::end_of(pid) == core::exit_status{core::exited{0}});
}
