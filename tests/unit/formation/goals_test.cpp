#include "supervisor/formation/goals.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/formation/stage.hpp"

using core::goal::patience;
using procd::formation::replaced;
using procd::formation::scaled;
using procd::formation::started;
using procd::formation::stopped;
using selectors = std::vector<core::selector>;

namespace {

selectors web_1()
{
    return {{"web", 1}};
}

// Waits for a goal of real processes, and returns the last look at it.
template <class Goal>
core::api::progress reached(test::stage& s, Goal const& goal)
{
    auto seen = goal();
    CHECK(s.until([&] { return (seen = goal()).done; }));
    return seen;
}

} // namespace

TEST_CASE("a scale is done when the slots of its types run, and only then", "[goals]")
{
    test::stage s{"web: exec sleep 1000\nworker: exec sleep 1000\n", {{"web", 1}, {"worker", 0}}};
    s.run();
    auto const goal = [&] { return scaled(s.all, {"web", "worker"}); };
    CHECK(reached(s, goal).ok);
    s.all.set_wanted("web", 3, test::origin::command);
    s.all.set_wanted("worker", 1, test::origin::command);
    CHECK_FALSE(goal().done);
    s.all.reconcile();
    CHECK_FALSE(goal().done);
    auto const up = reached(s, goal);
    CHECK(up.ok);
    CHECK(up.processes.size() == 4);
    s.all.set_wanted("web", 1, test::origin::command);
    s.all.reconcile();
    CHECK_FALSE(goal().done); // web.2 and web.3 are there until they have ended
    CHECK(reached(s, goal).processes.size() == 2);
}

TEST_CASE("a scale fails on a process that cannot stay up, and names it", "[goals]")
{
    test::stage s{"web: exit 3\n", {{"web", 1}}};
    s.run();
    core::api::progress failed; // a process without a probe is up until it ends
    CHECK(s.until([&] {
        failed = scaled(s.all, {"web"});
        return failed.done && !failed.ok;
    }));
    CHECK(failed.message.find("web.1") != std::string::npos);
    CHECK(failed.message.find("code 3") != std::string::npos);
}

TEST_CASE("a deleted process is replaced when its new incarnation runs", "[goals]")
{
    test::stage s{"web: exec sleep 1000\n", {{"web", 1}}};
    s.run();
    CHECK(reached(s, [&] { return scaled(s.all, {"web"}); }).ok);
    core::process_id const id{"web", 1};
    auto const pid = s.all.slot(id)->view().pid;
    auto const next = s.all.slot(id)->generation() + 1;
    auto const goal = [&] { return replaced(s.all, {{id, next}}); };
    CHECK_FALSE(goal().done);
    s.all.slot(id)->replace();
    CHECK(reached(s, goal).ok);
    CHECK(s.all.slot(id)->view().pid != pid);
}

TEST_CASE("stop is done when the process has ended, start when it runs again", "[goals]")
{
    test::stage s{"web: exec sleep 1000\n", {{"web", 1}}};
    s.run();
    auto const up = [&] { return started(s.all, web_1(), patience::short_lived); };
    auto const down = [&] { return stopped(s.all, web_1()); };
    CHECK(reached(s, up).ok);
    CHECK_FALSE(down().done);
    s.all.hold({"web", 1});
    s.all.reconcile();
    CHECK_FALSE(down().done);
    CHECK(reached(s, down).ok);
    auto const waits_for_held = up(); // nothing but a command lets it run again
    CHECK(waits_for_held.done);
    CHECK_FALSE(waits_for_held.ok);
    CHECK(waits_for_held.message.find("held") != std::string::npos);
    s.all.let_run({"web", 1});
    s.all.reconcile();
    CHECK(reached(s, up).ok);
}

TEST_CASE("no goal is left waiting when the app stops", "[goals]")
{
    test::stage s{"web: exec sleep 1000\n", {{"web", 1}}};
    s.run();
    CHECK(reached(s, [&] { return scaled(s.all, {"web"}); }).ok);
    s.all.begin_stop(std::chrono::steady_clock::now() + std::chrono::seconds(5));
    auto const end = scaled(s.all, {"web"});
    CHECK(end.done);
    CHECK_FALSE(end.ok);
    CHECK(started(s.all, web_1(), patience::long_lived).done);
    CHECK(stopped(s.all, web_1()).done);
}
