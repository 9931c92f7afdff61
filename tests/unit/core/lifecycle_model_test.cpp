// Runs the lifecycle against a model of the world that does whatever it likes: every observation in
// every state, then a few hundred thousand random observations. Checks the rules that have to hold
// in any case.
#include "supervisor/core/lifecycle.hpp"
#include "tests/unit/core/action_text.hpp"

#include <random>
#include <vector>

using namespace core;
using namespace std::chrono_literals;
using procfile::restart_policy;

namespace {

struct world {
    std::mt19937 dice;
    lifecycle_settings settings;
    lifecycle life;
    observation seen{};
    bool main_alive = false;
    bool signalled = false, survivors_signalled = false;
    bool stubborn = false;
    std::optional<time_point> asked; // the time from which stop_timeout runs
    int quiet_steps = 0;

    world(unsigned seed, lifecycle_settings s) : dice(seed), settings(s), life(s) {}

    int roll(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(dice); }

    exit_status some_end()
    {
        switch (roll(5)) {
        case 0:
            return exited{0};
        case 1:
            return exited{1};
        case 2:
            return signaled{9};
        case 3:
            return oom_killed{};
        default:
            return never_started{"exec", roll(2) ? 2 : 24, {}};
        }
    }

    void main_ends()
    {
        main_alive = false;
        seen.exit = some_end();
        seen.exit_at = seen.now;
        seen.launch = launch_fact::none;
        seen.tree_alive = roll(3) == 0;
        if (roll(3))
            seen.output_open = false;
    }

    // Changes a random fact.
    void happen()
    {
        seen.now += std::chrono::milliseconds(roll(4) ? roll(500) : roll(20'000));
        seen.unhealthy = main_alive && !signalled && roll(12) == 0;
        switch (roll(10)) {
        case 0:
            seen.wanted = std::vector{target::up, target::held, target::down}[unsigned(roll(3))];
            break;
        case 1:
            ++seen.generation;
            break;
        case 2:
            if (main_alive && !stubborn)
                main_ends();
            break;
        case 3:
            if (!main_alive && !stubborn)
                seen.tree_alive = false;
            break;
        case 4:
            if (!main_alive)
                seen.output_open = false;
            break;
        case 5:
            if (main_alive)
                seen.launch = launch_fact::running;
            break;
        case 6:
            seen.ready = roll(2);
            break;
        case 7:
            seen.may_start = roll(4) != 0;
            break;
        case 8:
            seen.in_use = main_alive && !signalled && roll(2);
            break;
        default:
            if (roll(10) == 0) { // the limit may only become earlier
                auto const limit = seen.now + std::chrono::seconds(roll(10));
                seen.stop_by = seen.stop_by ? std::min(*seen.stop_by, limit) : limit;
            }
        }
    }

    void perform(action const& a)
    {
        CAPTURE(text_of(a), life.status().state);
        if (std::holds_alternative<spawn>(a)) {
            REQUIRE(!main_alive);
            REQUIRE(!seen.tree_alive);
            REQUIRE(!seen.output_open);
            REQUIRE(seen.wanted == target::up);
            REQUIRE(seen.may_start);
            signalled = survivors_signalled = false;
            asked.reset();
            seen.stop_by.reset();
            seen.exit.reset();
            seen.exit_at.reset();
            stubborn = roll(20) == 0;
            if (roll(10) == 0) {
                seen.exit = never_started{"fork", 11, {}};
                seen.exit_at = seen.now;
            } else {
                main_alive = true;
                seen.output_open = true;
                seen.launch = launch_fact::pending;
            }
        } else if (std::holds_alternative<signal_group>(a)) {
            REQUIRE(main_alive);
            REQUIRE(!signalled);
            signalled = true;
            seen.in_use = false;
            asked = seen.now;
        } else if (std::holds_alternative<signal_survivors>(a)) {
            REQUIRE(!main_alive);
            REQUIRE(seen.tree_alive);
            REQUIRE(!survivors_signalled);
            survivors_signalled = true;
            if (!asked)
                asked = seen.now;
        } else if (std::holds_alternative<kill_tree>(a)) {
            REQUIRE(asked);
            REQUIRE((main_alive || seen.tree_alive));
            REQUIRE((seen.now >= *asked + settings.stop_timeout ||
                     (seen.stop_by && seen.now >= *seen.stop_by) || stop_by_was_due));
            stop_by_was_due = true;
            if (!stubborn) {
                if (main_alive)
                    main_ends();
                seen.tree_alive = false;
            }
        } else if (std::holds_alternative<close_output>(a)) {
            REQUIRE(!main_alive);
            REQUIRE(!seen.tree_alive);
            REQUIRE(seen.output_open);
            seen.output_open = false;
        } else if (std::holds_alternative<abandon>(a)) {
            REQUIRE(stubborn);
            main_alive = false;
            seen.tree_alive = false;
        } else if (auto const* w = std::get_if<wait_until>(&a)) {
            if (w->deadline)
                REQUIRE(*w->deadline > seen.now);
        }
        if (!main_alive && !seen.tree_alive)
            stop_by_was_due = false;
    }
    bool stop_by_was_due = false;
};

} // namespace

TEST_CASE("whatever happens, no start before the end, one stop signal, no early KILL",
          "[lifecycle]")
{
    for (unsigned seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        lifecycle_settings s;
        s.restart = std::vector{restart_policy::always, restart_policy::on_failure,
                                restart_policy::never}[seed % 3];
        s.max_restarts = seed % 4 == 0 ? 3 : 0;
        s.stop_timeout = std::chrono::seconds(seed % 7);
        s.drain = std::chrono::seconds(seed % 5);
        world w(seed, s);
        for (int step = 0; step < 1000; ++step) {
            int actions = 0;
            for (;;) {
                auto const next = w.life.step(w.seen);
                w.perform(next);
                REQUIRE(++actions < 20); // the lifecycle has to come to rest
                if (std::holds_alternative<wait_until>(next))
                    break;
                if (std::holds_alternative<finished>(next)) {
                    REQUIRE(w.seen.wanted == target::down);
                    REQUIRE(!w.main_alive);
                    REQUIRE(!w.seen.tree_alive);
                    w.seen.wanted = target::up;
                }
            }
            w.happen();
        }
    }
}

TEST_CASE("an unwanted process always ends, in bounded time, with whatever it left", "[lifecycle]")
{
    for (unsigned seed = 1; seed <= 500; ++seed) {
        CAPTURE(seed);
        lifecycle_settings s;
        s.restart = restart_policy::always;
        s.stop_timeout = 5s;
        s.drain = 3s;
        world w(seed, s);
        for (int step = 0; step < 50; ++step) {
            auto const next = w.life.step(w.seen);
            w.perform(next);
            if (std::holds_alternative<wait_until>(next))
                w.happen();
            if (std::holds_alternative<finished>(next))
                w.seen.wanted = target::up;
        }
        w.seen.wanted = target::down;
        auto const limit = w.seen.now + s.drain + s.stop_timeout + lifecycle::kill_patience +
                           lifecycle::output_limit + 1s;
        action next;
        do {
            next = w.life.step(w.seen);
            w.perform(next);
            if (auto const* sleep = std::get_if<wait_until>(&next)) {
                REQUIRE(sleep->deadline); // nothing else will wake the process
                w.seen.now = *sleep->deadline;
            }
            REQUIRE(w.seen.now <= limit);
        } while (!std::holds_alternative<finished>(next));
    }
}
