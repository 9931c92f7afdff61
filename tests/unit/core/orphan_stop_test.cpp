#include "supervisor/core/orphan_stop.hpp"
#include "tests/fixtures/catch.hpp"

#include <random>

using namespace core;
using namespace std::chrono_literals;

namespace {

constexpr time_point start{1h};
using next_step = orphan_stop::action;

next_step wait(time_point t)
{
    return wait_until{t};
}

} // namespace

TEST_CASE("without adopted processes there is nothing to do", "[orphan_stop]")
{
    for (bool const hurried : {false, true})
        for (auto const now : {start, start + 1h}) {
            orphan_stop s(start + 2s);
            CHECK(s.step({now, false, false, hurried}) == next_step(orphan_stop::all_gone{}));
        }
}

TEST_CASE("TERM once to each, KILL at the deadline and each second, and an end", "[orphan_stop]")
{
    orphan_stop s(start + 2s);
    CHECK(s.step({start, true, true}) == next_step(orphan_stop::terminate{}));
    CHECK(s.step({start, true, false}) == wait(start + 2s));
    CHECK(s.step({start + 1s, true, true}) == next_step(orphan_stop::terminate{})); // one more came
    CHECK(s.step({start + 2s, true, false}) == next_step(orphan_stop::kill{}));
    CHECK(s.step({start + 2s, true, false}) == wait(start + 3s));
    CHECK(s.step({start + 2500ms, true, true}) == next_step(orphan_stop::kill{}));
    CHECK(s.step({start + 2500ms, true, false}) == wait(start + 3500ms));
    for (auto now = start + 3500ms; now < start + 12s; now += 1s)
        CHECK(s.step({now, true, false}) == next_step(orphan_stop::kill{}));
    CHECK(s.step({start + 11700ms, true, false}) == wait(start + 12s));
    CHECK(s.step({start + 12s, true, false}) == next_step(orphan_stop::give_up{}));
}

TEST_CASE("a user in a hurry has KILL sent at once", "[orphan_stop]")
{
    orphan_stop s(start + 20s);
    CHECK(s.step({start, true, true}) == next_step(orphan_stop::terminate{}));
    CHECK(s.step({start + 1s, true, false, true}) == next_step(orphan_stop::kill{}));
    CHECK(s.step({start + 1s, true, false, true}) == wait(start + 2s));
    orphan_stop at_once(start + 20s);
    CHECK(at_once.step({start, true, true, true}) == next_step(orphan_stop::kill{}));
}

TEST_CASE("every stop ends, and none gets KILL before the deadline", "[orphan_stop]")
{
    std::mt19937 random(1);
    auto const chance = [&](int of) { return std::uniform_int_distribution(1, of)(random) == 1; };
    for (int run = 0; run < 500; ++run) {
        auto const deadline = start + (random() % 30) * 1s;
        orphan_stop s(deadline);
        orphan_stop::facts seen{start, true, true, false};
        bool hurried = false, over = false;
        for (int step = 0; step < 1000 && !over; ++step) {
            auto const next = s.step(seen);
            if (auto const* sleep = std::get_if<wait_until>(&next)) {
                REQUIRE(sleep->deadline);
                REQUIRE(*sleep->deadline > seen.now);
                seen.now = chance(2) ? *sleep->deadline : seen.now + 10ms;
                seen.any_new = chance(50);
                seen.any = !chance(40);
                hurried = seen.hurried = hurried || chance(60);
            } else {
                seen.any_new = false;
                bool const kills = std::holds_alternative<orphan_stop::kill>(next);
                if (kills)
                    CHECK((hurried || seen.now >= deadline));
                over = std::holds_alternative<orphan_stop::all_gone>(next) ||
                       std::holds_alternative<orphan_stop::give_up>(next);
            }
        }
        CHECK(over);
        CHECK(seen.now <= deadline + lifecycle::kill_patience);
    }
}
