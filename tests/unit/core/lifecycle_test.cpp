#include "supervisor/core/lifecycle.hpp"
#include "supervisor/core/restart.hpp"
#include "tests/unit/core/action_text.hpp"

#include <vector>

using namespace core;
using namespace std::chrono_literals;
using procfile::restart_policy;

namespace {

// A process and the facts about it. A test changes facts and states the next action.
struct script {
    explicit script(lifecycle_settings s = {}) : life(s) {}

    lifecycle life;
    observation seen{};

    action next() { return life.step(seen); }
    process_state state() const { return life.status().state; }

    void pass(std::chrono::milliseconds t) { seen.now += t; }
    void launched()
    {
        seen.launch = launch_fact::running;
        seen.exit.reset();
        seen.exit_at.reset();
        seen.tree_alive = false;
        seen.output_open = true;
    }
    void ends(exit_status status)
    {
        seen.launch = launch_fact::none;
        seen.exit = status;
        seen.exit_at = seen.now;
        seen.output_open = false;
    }
    // Spawns the process and lets it become ready.
    void run()
    {
        REQUIRE(next() == action(spawn{}));
        launched();
        REQUIRE(next() == action(wait_until{}));
        REQUIRE(state() == process_state::up);
    }
    action wait(time_point t) const { return wait_until{t}; }
    action wait() const { return wait_until{}; }
};

lifecycle_settings settings(restart_policy policy)
{
    lifecycle_settings s;
    s.restart = policy;
    return s;
}

} // namespace

TEST_CASE("a process waits for what it comes after, starts, and is up once exec'ed", "[lifecycle]")
{
    script p;
    p.seen.may_start = false;
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::waiting);
    p.seen.may_start = true;
    CHECK(p.next() == action(spawn{}));
    CHECK(p.state() == process_state::starting);
    p.seen.launch = launch_fact::pending;
    p.seen.output_open = true;
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::starting);
    p.seen.launch = launch_fact::running;
    p.seen.ready = false;
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::starting);
    p.seen.ready = true;
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::up);
    p.seen.ready = false; // readiness is lost again, and the process stays up
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::up);
}

TEST_CASE("one that a probe finds dead is stopped and restarted as a failure", "[lifecycle]")
{
    for (auto const policy : {restart_policy::always, restart_policy::on_failure}) {
        lifecycle_settings s;
        s.restart = policy;
        script p(s);
        p.run();
        p.seen.unhealthy = true;
        CHECK(p.next() == action(signal_group{15}));
        CHECK(p.state() == process_state::stopping);
        CHECK(p.next() == p.wait(p.seen.now + 30s));
        p.seen.unhealthy = false; // the probes are muted
        p.ends(exited{0});
        CHECK(p.next() == action(spawn{}));
        CHECK(p.life.status().restarts == 1);
        p.launched();
        CHECK(p.next() == p.wait());
        p.seen.unhealthy = true;
        CHECK(p.next() == action(signal_group{15}));
        p.seen.unhealthy = false;
        p.ends(exited{0});
        CHECK(p.next() == p.wait(p.seen.now + 1s)); // the second restart in a row waits
        CHECK(p.state() == process_state::backoff);
    }
}

TEST_CASE("one that is found dead and may not be restarted is completed", "[lifecycle]")
{
    lifecycle_settings s;
    s.restart = restart_policy::never;
    script p(s);
    p.run();
    p.seen.unhealthy = true;
    CHECK(p.next() == action(signal_group{15}));
    p.seen.unhealthy = false;
    p.ends(signaled{15});
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::completed);
}

TEST_CASE("found dead and stopped by the user at once is the user's stop", "[lifecycle]")
{
    script p;
    p.run();
    p.seen.unhealthy = true;
    p.seen.wanted = target::held;
    CHECK(p.next() == action(signal_group{15}));
    p.seen.unhealthy = false;
    p.ends(exited{0});
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::stopped);
}

TEST_CASE("a stop signals the group once and ends when all of it is gone", "[lifecycle]")
{
    script p;
    p.run();
    p.seen.wanted = target::down;
    CHECK(p.next() == action(signal_group{15}));
    CHECK(p.state() == process_state::stopping);
    CHECK(p.next() == p.wait(p.seen.now + 30s));
    p.pass(1s);
    p.ends(signaled{15});
    CHECK(p.next() == action(finished{}));
}

TEST_CASE("what ignores the stop signal is killed at the deadline, never earlier", "[lifecycle]")
{
    lifecycle_settings s;
    s.stop_signal = 2;
    s.stop_timeout = 5s;
    script p(s);
    p.run();
    auto const asked = p.seen.now;
    p.seen.wanted = target::down;
    CHECK(p.next() == action(signal_group{2}));
    p.pass(4999ms);
    CHECK(p.next() == p.wait(asked + 5s));
    p.pass(1ms);
    CHECK(p.next() == action(kill_tree{}));
    CHECK(p.next() == p.wait(asked + 6s));
    p.pass(1s);
    CHECK(p.next() == action(kill_tree{}));
    p.ends(signaled{9});
    CHECK(p.next() == action(finished{}));
}

namespace {

// A process that is in use, and that is asked to stop.
script draining(std::chrono::milliseconds drain)
{
    auto s = settings(restart_policy::always);
    s.drain = drain;
    s.stop_timeout = 5s;
    script p(s);
    p.run();
    p.seen.in_use = true;
    return p;
}

} // namespace

TEST_CASE("a process in use finishes its requests before its stop signal", "[lifecycle]")
{
    auto p = draining(10s);
    auto const asked_at = p.seen.now;
    p.seen.wanted = target::down;
    CHECK(p.next() == p.wait(asked_at + 10s));
    CHECK(p.state() == process_state::stopping);
    p.pass(3s);
    CHECK(p.next() == p.wait(asked_at + 10s));
    p.seen.in_use = false;
    CHECK(p.next() == action(signal_group{15}));
    CHECK(p.next() == p.wait(p.seen.now + 5s)); // the whole stop timeout
    p.seen.in_use = true;                       // whatever is said now
    CHECK(p.next() == p.wait(p.seen.now + 5s));
    p.ends(exited{0});
    CHECK(p.next() == action(finished{}));
}

TEST_CASE("the drain has an end, and others may shorten it", "[lifecycle]")
{
    auto p = draining(10s);
    ++p.seen.generation;
    auto const asked_at = p.seen.now;
    CHECK(p.next() == p.wait(asked_at + 10s));
    SECTION("it is over")
    {
        p.pass(10s);
        CHECK(p.next() == action(signal_group{15}));
    }
    SECTION("the stop has a limit")
    {
        p.seen.stop_by = asked_at + 2s;
        CHECK(p.next() == p.wait(asked_at + 2s));
        p.pass(2s);
        CHECK(p.next() == action(signal_group{15}));
        CHECK(p.next() == action(kill_tree{}));
    }
    SECTION("the process ends by itself")
    {
        p.ends(exited{3});
        CHECK(p.next() == action(spawn{}));
    }
}

TEST_CASE("nobody waits for requests to a process that a probe finds dead", "[lifecycle]")
{
    auto p = draining(10s);
    p.seen.unhealthy = true;
    CHECK(p.next() == action(signal_group{15}));
}

TEST_CASE("without a drain time a process in use is stopped at once", "[lifecycle]")
{
    auto p = draining(0s);
    p.seen.wanted = target::down;
    CHECK(p.next() == action(signal_group{15}));
}

TEST_CASE("what KILL does not end is killed again each second and given up after ten",
          "[lifecycle]")
{
    lifecycle_settings s;
    s.stop_timeout = 0s;
    script p(s);
    p.run();
    p.seen.wanted = target::down;
    CHECK(p.next() == action(signal_group{15}));
    int kills = 0;
    for (int second = 0; second < 10; ++second) {
        CHECK(p.next() == action(kill_tree{}));
        CHECK(std::holds_alternative<wait_until>(p.next()));
        ++kills;
        p.pass(1s);
    }
    CHECK(kills == 10);
    CHECK(p.next() == action(abandon{}));
    p.seen.output_open = false;
    CHECK(p.next() == action(finished{}));
}

TEST_CASE("survivors get TERM once, then KILL, and the next start waits for them", "[lifecycle]")
{
    script p;
    p.run();
    p.pass(2s);
    auto const ended = p.seen.now;
    p.ends(exited{1});
    p.seen.tree_alive = true;
    CHECK(p.next() == action(signal_survivors{15}));
    CHECK(p.state() == process_state::stopping);
    CHECK(p.next() == p.wait(ended + 30s));
    p.pass(30s);
    CHECK(p.next() == action(kill_tree{}));
    p.seen.tree_alive = false;
    CHECK(p.next() == action(spawn{}));
    CHECK(p.life.status().restarts == 1);
}

TEST_CASE("an asked stop keeps its first deadline for the survivors", "[lifecycle]")
{
    script p;
    p.run();
    auto const asked = p.seen.now;
    p.seen.wanted = target::down;
    CHECK(p.next() == action(signal_group{15}));
    p.pass(10s);
    p.ends(exited{0});
    p.seen.tree_alive = true;
    CHECK(p.next() == action(signal_survivors{15}));
    CHECK(p.next() == p.wait(asked + 30s));
}

TEST_CASE("a later demand only shortens the wait", "[lifecycle]")
{
    script p;
    p.run();
    auto const asked = p.seen.now;
    p.seen.wanted = target::down;
    CHECK(p.next() == action(signal_group{15}));
    p.seen.stop_by = asked + 60s;
    CHECK(p.next() == p.wait(asked + 30s));
    p.seen.stop_by = asked + 5s;
    CHECK(p.next() == p.wait(asked + 5s));
    p.seen.stop_by = asked;
    CHECK(p.next() == action(kill_tree{}));
}

TEST_CASE("output held open by somebody else is given one second", "[lifecycle]")
{
    script p;
    p.run();
    p.seen.wanted = target::down;
    CHECK(p.next() == action(signal_group{15}));
    p.ends(signaled{15});
    p.seen.output_open = true;
    auto const gone = p.seen.now;
    CHECK(p.next() == p.wait(gone + 1s));
    p.pass(1s);
    CHECK(p.next() == action(close_output{}));
    p.seen.output_open = false;
    CHECK(p.next() == action(finished{}));
}

TEST_CASE("restarts are at once, then after 1, 2, 4, … at most 60 seconds", "[lifecycle]")
{
    script p(settings(restart_policy::always));
    p.run();
    p.pass(10ms);
    p.ends(exited{0});
    CHECK(p.next() == action(spawn{}));
    std::vector<std::chrono::seconds> const delays{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s};
    std::uint64_t restarts = 1;
    for (auto const delay : delays) {
        p.launched();
        p.next();
        p.ends(exited{0});
        auto const due = p.seen.now + delay;
        CHECK(p.next() == p.wait(due));
        CHECK(p.state() == process_state::backoff);
        CHECK(p.life.status().next_attempt == due);
        p.pass(delay - 1ms);
        CHECK(p.next() == p.wait(due));
        p.pass(1ms);
        CHECK(p.next() == action(spawn{}));
        CHECK(p.life.status().restarts == ++restarts);
        CHECK(!p.life.status().next_attempt);
    }
    p.launched();
    p.next();
    p.pass(60s); // a stable run resets the count
    p.ends(exited{0});
    CHECK(p.next() == action(spawn{}));
}

TEST_CASE("the delay counts from the exit, not from when the survivors were gone", "[lifecycle]")
{
    script p(settings(restart_policy::always));
    p.run();
    p.ends(exited{1});
    CHECK(p.next() == action(spawn{}));
    p.launched();
    p.next();
    auto const ended = p.seen.now;
    p.ends(exited{1});
    p.seen.tree_alive = true;
    p.next();
    p.pass(400ms);
    p.seen.tree_alive = false;
    CHECK(p.next() == p.wait(ended + 1s));
}

TEST_CASE("the policy decides what an end means", "[lifecycle]")
{
    struct row {
        restart_policy policy;
        exit_status end;
        bool restarts;
    };
    std::vector<row> const table{
        {restart_policy::always, exited{0}, true},
        {restart_policy::always, signaled{15}, true},
        {restart_policy::on_failure, exited{0}, false},
        {restart_policy::on_failure, exited{1}, true},
        {restart_policy::on_failure, signaled{9}, true},
        {restart_policy::on_failure, oom_killed{}, true},
        {restart_policy::on_failure, never_started{"exec", 2, {}}, true},
        {restart_policy::never, exited{0}, false},
        {restart_policy::never, exited{1}, false},
        {restart_policy::never, oom_killed{}, false},
        {restart_policy::never, never_started{"chdir", 2, {}}, false},
        {restart_policy::never, never_started{"fork", 11, {}}, true},
        {restart_policy::never, never_started{"pipe", 24, {}}, true},
    };
    for (auto const& r : table) {
        CAPTURE(describe(r.end));
        script p(settings(r.policy));
        p.run();
        p.ends(r.end);
        CHECK(p.next() == (r.restarts ? action(spawn{}) : p.wait()));
        CHECK(p.state() == (r.restarts ? process_state::starting : process_state::completed));
    }
}

TEST_CASE("N restarts in a row and the process is crashed until somebody asks", "[lifecycle]")
{
    auto s = settings(restart_policy::always);
    s.max_restarts = 2;
    s.backoff.initial = 0s;
    script p(s);
    p.run();
    for (int i = 0; i < 2; ++i) {
        p.ends(exited{1});
        CHECK(p.next() == action(spawn{}));
        p.launched();
        p.next();
    }
    p.ends(exited{1});
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::crashed);
    ++p.seen.generation;
    CHECK(p.next() == action(spawn{}));
    CHECK(p.life.status().restarts == 0);
}

TEST_CASE("a failed launch never spins, even with every back-off at 0", "[lifecycle]")
{
    auto s = settings(restart_policy::always);
    s.backoff.initial = 0s;
    script p(s);
    CHECK(p.next() == action(spawn{}));
    p.ends(never_started{"pipe", 24, {}});
    CHECK(p.next() == action(spawn{}));
    p.ends(never_started{"pipe", 24, {}});
    CHECK(p.next() == p.wait(p.seen.now + 1s));
}

TEST_CASE("a newer generation replaces what runs and forgets the back-off", "[lifecycle]")
{
    script p(settings(restart_policy::always));
    p.run();
    p.ends(exited{1});
    CHECK(p.next() == action(spawn{}));
    p.launched();
    p.next();
    ++p.seen.generation;
    CHECK(p.next() == action(signal_group{15}));
    p.ends(signaled{15});
    CHECK(p.next() == action(spawn{}));
    CHECK(p.life.status().restarts == 0);
    p.launched();
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::up);
}

TEST_CASE("a held process stays down until it is let go", "[lifecycle]")
{
    script p;
    p.run();
    p.seen.wanted = target::held;
    CHECK(p.next() == action(signal_group{15}));
    p.ends(exited{3});
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::stopped);
    ++p.seen.generation;
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::stopped);
    p.seen.wanted = target::up;
    CHECK(p.next() == action(spawn{}));
}

TEST_CASE("a wish that changes back while stopping starts it again when it is gone", "[lifecycle]")
{
    script p;
    p.run();
    p.seen.wanted = target::down;
    CHECK(p.next() == action(signal_group{15}));
    p.seen.wanted = target::up;
    CHECK(std::holds_alternative<wait_until>(p.next()));
    p.ends(signaled{15});
    CHECK(p.next() == action(spawn{}));
}

TEST_CASE("every state at rest answers every wish", "[lifecycle]")
{
    enum class rest { waiting, backoff, crashed, stopped, completed };
    for (auto const where :
         {rest::waiting, rest::backoff, rest::crashed, rest::stopped, rest::completed}) {
        for (auto const wish : {target::up, target::held, target::down}) {
            for (bool const newer : {false, true}) {
                auto s = settings(where == rest::completed ? restart_policy::never
                                                           : restart_policy::always);
                s.backoff.first = 10s;
                s.max_restarts = where == rest::crashed ? 1 : 0;
                script p(s);
                if (where == rest::waiting) {
                    p.seen.may_start = false;
                    p.next();
                } else {
                    p.run();
                    p.ends(exited{1});
                    if (where == rest::stopped)
                        p.seen.wanted = target::held;
                    p.next();
                    if (where == rest::crashed) {
                        p.pass(10s);
                        p.next();
                        p.launched();
                        p.next();
                        p.ends(exited{1});
                        p.next();
                    }
                }
                auto const before = p.state();
                CAPTURE(before, static_cast<int>(wish), newer);
                p.seen.wanted = wish;
                p.seen.generation += newer;
                auto const next = p.next();
                if (wish == target::down) {
                    CHECK(next == action(finished{}));
                } else if (wish == target::held) {
                    CHECK(next == p.wait());
                    CHECK(p.state() == process_state::stopped);
                    CHECK(!p.life.status().next_attempt);
                } else if (where == rest::waiting) {
                    CHECK(next == p.wait());
                } else if (newer || where == rest::stopped) {
                    CHECK(next == action(spawn{}));
                } else {
                    CHECK(p.state() == before);
                    CHECK(std::holds_alternative<wait_until>(next));
                }
            }
        }
    }
}

TEST_CASE("an end that ends the app leads to no restart, whatever the policy", "[lifecycle]")
{
    for (auto const policy :
         {restart_policy::always, restart_policy::on_failure, restart_policy::never})
        for (auto const when : {exit_on::never, exit_on::failure, exit_on::any})
            for (exit_status const& status : {exit_status(exited{0}), exit_status(exited{3}),
                                              exit_status(never_started{"exec", 2, {}})})
                for (auto const found : {probed::alive, probed::dead})
                    for (int const max_restarts : {0, 1}) {
                        auto s = settings(policy);
                        s.exit_on = when;
                        s.max_restarts = max_restarts;
                        script p(s);
                        p.run();
                        if (found == probed::dead) {
                            p.seen.unhealthy = true;
                            REQUIRE(p.next() == action(signal_group{15}));
                        }
                        p.ends(status);
                        auto const then = p.next();
                        bool const ends = ends_app(when, status, found);
                        CHECK(p.life.status().ends_app == ends);
                        if (ends) {
                            CHECK(then == p.wait());
                            CHECK(p.state() == process_state::completed);
                        } else {
                            bool const again = found == probed::dead
                                                   ? policy != restart_policy::never
                                                   : should_restart(policy, status);
                            CHECK((then == action(spawn{})) == again);
                        }
                    }
}

TEST_CASE("the last attempt ends the app, too, and does not end in crashed", "[lifecycle]")
{
    auto s = settings(restart_policy::always);
    s.max_restarts = 1;
    script p(s);
    p.run();
    p.ends(exited{3});
    CHECK(p.next() == action(spawn{}));
    s.exit_on = exit_on::failure;
    p.life.configure(s);
    p.launched();
    CHECK(p.next() == p.wait());
    p.ends(exited{3});
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::completed);
    CHECK(p.life.status().ends_app);
}

TEST_CASE("an end that somebody asked for does not end the app", "[lifecycle]")
{
    auto s = settings(restart_policy::always);
    s.exit_on = exit_on::any;
    script p(s);
    p.run();
    p.seen.wanted = target::held;
    CHECK(p.next() == action(signal_group{15}));
    p.ends(exited{1});
    CHECK(p.next() == p.wait());
    CHECK(p.state() == process_state::stopped);
    CHECK(!p.life.status().ends_app);
    script replaced(s);
    replaced.run();
    ++replaced.seen.generation;
    CHECK(replaced.next() == action(signal_group{15}));
    replaced.ends(exited{1});
    CHECK(replaced.next() == action(spawn{}));
    CHECK(!replaced.life.status().ends_app);
}

TEST_CASE("an end is known to end the app while survivors live on", "[lifecycle]")
{
    auto s = settings(restart_policy::always);
    s.exit_on = exit_on::any;
    script p(s);
    p.run();
    p.ends(exited{1});
    p.seen.tree_alive = true;
    CHECK(p.next() == action(signal_survivors{15}));
    CHECK(p.life.status().ends_app);
}
