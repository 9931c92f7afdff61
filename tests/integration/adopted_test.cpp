// Processes that no process of the app owns any more: procd has adopted them as a subreaper, or
// somebody has moved them to another cgroup. They do not outlive procd, or what has started them.
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace test;

namespace {

// With a cgroup where there is one, and without one as an ordinary user.
std::vector<setting> both_ways()
{
    if (::geteuid() == 0)
        return {setting{}, setting{.ordinary_user = true}};
    return {setting{}};
}

// The pids that commands have written into a file, one a line.
std::vector<int> pids_in(app_under_test const& app, std::string const& name)
{
    std::istringstream text(read_file(app.file(name)));
    std::vector<int> pids;
    for (int pid = 0; text >> pid;)
        pids.push_back(pid);
    return pids;
}

bool any_alive(std::vector<int> const& pids)
{
    return std::any_of(pids.begin(), pids.end(), alive);
}

// A daemon in a session of its own that notes its pid in `daemons`. Its output is closed.
std::string daemon(std::string const& before = "", std::string const& then = "exec sleep 60")
{
    return "setsid " + before + " sh -c 'echo $$ >> daemons; " + then +
           "' >/dev/null 2>&1 </dev/null &";
}

} // namespace

TEST_CASE("a daemon without PROCD_ID does not outlive a clean end of procd", "[adopted]")
{
    for (auto const& how : both_ways()) {
        INFO((how.ordinary_user ? "as nobody" : "as this user"));
        app_under_test app("web: (" + daemon("env -i") + ") ; exec sleep 60\n", how);
        REQUIRE(eventually([&] { return pids_in(app, "daemons").size() == 1; }));
        auto const daemons = pids_in(app, "daemons");
        CHECK(alive(daemons[0]));
        app.signal(SIGTERM);
        CHECK(app.wait() == 0);
        CHECK(!any_alive(daemons));
        kill_all(daemons);
        if (how.ordinary_user)
            CHECK(has(app.output(), "nobody owns pid " + std::to_string(daemons[0])));
    }
}

TEST_CASE("an adopted daemon that does not obey TERM is killed, and its children with it",
          "[adopted]")
{
    setting how;
    how.options = {"-t", "1"};
    how.ordinary_user = ::geteuid() == 0;
    auto const stubborn = "trap \"\" TERM; sh -c \"echo \\$\\$ >> daemons; exec sleep 60\" & "
                          "while :; do sleep 0.05; done";
    app_under_test app("web: (" + daemon("env -i", stubborn) + ") ; exec sleep 60\n", how);
    REQUIRE(eventually([&] { return pids_in(app, "daemons").size() == 2; }));
    auto const daemons = pids_in(app, "daemons");
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    CHECK(!any_alive(daemons));
    kill_all(daemons);
}

TEST_CASE("QUIT kills adopted daemons at once", "[adopted]")
{
    setting how;
    how.options = {"-t", "600"};
    how.ordinary_user = ::geteuid() == 0;
    app_under_test app("web: (" + daemon("env -i", "trap \"\" TERM; while :; do sleep 0.05; done") +
                           ") ; exec sleep 60\n",
                       how);
    REQUIRE(eventually([&] { return pids_in(app, "daemons").size() == 1; }));
    auto const daemons = pids_in(app, "daemons");
    app.signal(SIGTERM);
    if (how.ordinary_user)
        app.expect("nobody owns pid");
    app.signal(SIGQUIT);
    CHECK(app.wait() == 0);
    CHECK(!any_alive(daemons));
    kill_all(daemons);
}

TEST_CASE("a child that was there before procd became procd is not procd's to end", "[adopted]")
{
    app_under_test app(
        "web: exec sleep 60\n",
        {.wrapper = {"/bin/sh", "-c",
                     "sleep 60 >/dev/null 2>&1 & echo $! > helper; exec \"$0\" \"$@\""}});
    app.expect_states({{"web.1", "up"}});
    auto const helpers = pids_in(app, "helper");
    REQUIRE(helpers.size() == 1);
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    CHECK(alive(helpers[0]));
    kill_all(helpers);
}

TEST_CASE("what an exec probe leaves behind ends with the probe", "[adopted]")
{
    for (auto const& way : both_ways()) {
        auto how = way;
        INFO((how.ordinary_user ? "as nobody" : "as this user"));
        how.files = {{"probe", daemon() + " sleep 0.05; test -e daemons\n"},
                     {"procd.toml", "[types.web]\nreadiness = { exec = \"sh probe\", period = "
                                    "\"100ms\", timeout = \"20s\" }\n"}};
        app_under_test app("web: exec sleep 60\n", how);
        REQUIRE(eventually([&] { return pids_in(app, "daemons").size() >= 4; }));
        auto const daemons = pids_in(app, "daemons");
        CHECK(eventually([&] { return !any_alive(daemons); })); // though procd runs on
        app.signal(SIGTERM);
        CHECK(app.wait() == 0);
        CHECK(!any_alive(pids_in(app, "daemons")));
        CHECK(app.processes().empty());
        kill_all(pids_in(app, "daemons"));
    }
}

TEST_CASE("what a command of exec leaves behind ends with the command", "[adopted]")
{
    for (auto const& how : both_ways()) {
        INFO((how.ordinary_user ? "as nobody" : "as this user"));
        app_under_test app("web: exec sleep 60\n", how);
        app.expect_states({{"web.1", "up"}});
        CHECK(app.ctl({"exec", "web.1", "--", "sh", "-c", daemon() + " sleep 0.1"}).code == 0);
        REQUIRE(eventually([&] { return pids_in(app, "daemons").size() == 1; }));
        CHECK(eventually([&] { return !any_alive(pids_in(app, "daemons")); }));
        CHECK(app.states()["web.1"] == "up");
        kill_all(pids_in(app, "daemons"));
    }
}

TEST_CASE("a process that somebody moved to another cgroup ends with its process", "[adopted]")
{
    if (!have_cgroup()) {
        SKIPPED("no cgroup v2 directory can be made here");
        return;
    }
    app_under_test app("web: (" + daemon() + ") ; exec sleep 60\n", {.options = {"-t", "2"}});
    app.expect_states({{"web.1", "up"}});
    REQUIRE(eventually([&] { return pids_in(app, "daemons").size() == 1; }));
    auto const daemons = pids_in(app, "daemons");
    std::string const leaf{app.process("web.1").at("cgroup").as_string()};
    auto const other = std::filesystem::path(leaf).parent_path().parent_path() /
                       ("moved-" + std::to_string(::getpid()));
    std::filesystem::create_directory(other);
    std::ofstream(other / "cgroup.procs") << daemons[0];
    REQUIRE(has(read_file(other / "cgroup.procs"), std::to_string(daemons[0])));
    CHECK(app.ctl({"stop", "web.1"}).code == 0);
    CHECK(has(app.output(), "web.1  | left 1 process behind"));
    CHECK(!any_alive(daemons));
    kill_all(daemons);
    REQUIRE(eventually([&] { return read_file(other / "cgroup.procs").empty(); }));
    std::filesystem::remove(other);
}
