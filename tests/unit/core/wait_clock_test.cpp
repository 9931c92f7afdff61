#include "supervisor/core/wait_clock.hpp"
#include "tests/fixtures/catch.hpp"

using namespace std::chrono_literals;

TEST_CASE("a wait is long after its time, and says so once", "[wait_clock]")
{
    core::wait_clock clock;
    core::wait_clock::time_point const start{100s};
    CHECK_FALSE(clock.since());
    auto const first = clock.note(true, start);
    CHECK(first.look_again == start + core::long_wait);
    CHECK_FALSE(first.became_long);
    CHECK(clock.since() == start);
    auto const just_before = clock.note(true, start + core::long_wait - 1ms);
    CHECK(just_before.look_again == start + core::long_wait);
    CHECK_FALSE(clock.is_long());
    auto const then = clock.note(true, start + core::long_wait);
    CHECK_FALSE(then.look_again);
    CHECK(then.became_long);
    CHECK(clock.is_long());
    CHECK_FALSE(clock.note(true, start + 1h).became_long);
    CHECK(clock.since() == start);
    SECTION("the next wait begins anew")
    {
        CHECK_FALSE(clock.note(false, start + 2h).look_again);
        CHECK_FALSE(clock.since());
        CHECK_FALSE(clock.is_long());
        CHECK(clock.note(true, start + 3h).look_again == start + 3h + core::long_wait);
    }
}
