#include "supervisor/core/request_load.hpp"
#include "tests/fixtures/catch.hpp"

#include <limits>

using namespace core;
using namespace std::chrono_literals;

namespace {

auto const window = 1000ms;
std::chrono::steady_clock::time_point const t0{1h};

// The answer of the router after this time of its own, with so many milliseconds of load.
load_sums told(double time_ms, double load_ms, std::uint64_t run = 1)
{
    return {run, load_ms, time_ms, t0 + std::chrono::milliseconds(static_cast<int>(time_ms))};
}

load_history with(std::vector<std::optional<load_sums>> const& answers)
{
    load_history h;
    for (auto const& each : answers)
        h.note(each, window);
    return h;
}

// Thousandths of requests; -1: unknown.
long long average(std::vector<std::optional<load_sums>> const& answers)
{
    auto const found = with(answers).average(window);
    return found ? static_cast<long long>(found->requests_m) : -1;
}

} // namespace

TEST_CASE("the load is the difference of two answers", "[autoscale]")
{
    CHECK(average({told(5000, 70'000), told(6000, 72'500)}) == 2500);
    CHECK(average({told(5000, 70'000), told(6000, 70'000)}) == 0);
    auto const seen = with({told(5000, 0), told(6000, 100)}).average(window);
    REQUIRE(seen);
    CHECK(seen->time == t0 + 6000ms);
    CHECK(seen->requests_m == 100);
}

TEST_CASE("one answer, a missing one and the one after sums that began anew tell nothing",
          "[autoscale]")
{
    CHECK(average({}) == -1);
    CHECK(average({told(5000, 70'000)}) == -1);
    CHECK(average({told(5000, 0), told(6000, 1000), std::nullopt}) == -1);
    CHECK(average({told(5000, 0), std::nullopt, told(7000, 4000)}) == 2000);
    CHECK(average({told(5000, 70'000), told(900, 1000)}) == -1);
    CHECK(average({told(5000, 70'000), told(900, 1000), told(1900, 2000)}) == 1000);
    // The new router has lived for longer than the old one: only the run tells.
    CHECK(average({told(5000, 70'000, 1), told(9000, 80'000, 2)}) == -1);
    CHECK(average({told(5000, 70'000, 1), told(9000, 80'000, 2), told(10'000, 83'000, 2)}) == 3000);
    // A load cannot become less, and time does not stand still.
    CHECK(average({told(5000, 70'000), told(6000, 69'000)}) == -1);
    CHECK(average({told(5000, 70'000), told(5000, 70'000)}) == -1);
}

TEST_CASE("the window is as long as the settings say, where the answers allow it", "[autoscale]")
{
    // Shorter intervals than the window: the latest answer that is a whole window older counts.
    CHECK(average({told(0, 0), told(400, 400), told(800, 800), told(1200, 2800)}) == 2333);
    CHECK(average({told(0, 0), told(400, 400), told(800, 800), told(1200, 2800),
                   told(1600, 4800)}) == 3667);
    CHECK(average({told(0, 0), told(400, 800)}) == 2000); // as long as there is
    CHECK(average({told(0, 0), told(3000, 3000), told(6000, 12'000)}) == 3000); // longer intervals
    load_history h;
    h.note(told(0, 0), 0ms);
    h.note(told(10, 10), 0ms);
    h.note(told(20, 30), 0ms);
    REQUIRE(h.average(0ms));
    CHECK(h.average(0ms)->requests_m == 2000);
}

TEST_CASE("no number of a router that lies leaves the range", "[autoscale]")
{
    auto const most = std::numeric_limits<double>::max();
    auto const infinite = std::numeric_limits<double>::infinity();
    CHECK(average({told(0, 0), told(1, most)}) == 1'000'000'000'000);
    CHECK(average({told(0, 0), told(1000, infinite)}) == -1);
    CHECK(average({told(0, 0), load_sums{1, 1, std::numeric_limits<double>::quiet_NaN(), t0}}) ==
          -1);
    CHECK(average({load_sums{1, 0, 0, t0}, load_sums{1, most, 1e-300, t0}}) == 1'000'000'000'000);
}
