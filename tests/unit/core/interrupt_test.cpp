#include "supervisor/core/interrupt.hpp"
#include "tests/fixtures/catch.hpp"

using core::interrupt_means;
using namespace std::chrono_literals;

TEST_CASE("a second INT counts from 500 ms after the first", "[interrupt]")
{
    core::interrupts seen;
    auto const first = core::interrupts::time_point{} + 1h;
    CHECK(seen.next(first) == interrupt_means::stop);
    CHECK(seen.next(first) == interrupt_means::nothing);
    CHECK(seen.next(first + 1ms) == interrupt_means::nothing);
    CHECK(seen.next(first + 499ms) == interrupt_means::nothing);
    CHECK(seen.next(first + 500ms) == interrupt_means::hurry);
    CHECK(seen.next(first + 501ms) == interrupt_means::hurry);
    CHECK(seen.next(first + 1h) == interrupt_means::hurry);
}
