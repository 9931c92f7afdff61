#include "supervisor/core/cpu_usage.hpp"
#include "tests/fixtures/catch.hpp"

using namespace core;
using namespace std::chrono_literals;

namespace {

std::chrono::steady_clock::time_point const t0{1h};

cpu_reading at(std::chrono::milliseconds after, std::uint64_t cpu_us, std::uint64_t incarnation = 1)
{
    return {incarnation, t0 + after, cpu_us};
}

std::optional<std::uint64_t> millicores(cpu_history const& h, std::chrono::milliseconds window = 2s)
{
    auto const usage = h.usage(window);
    return usage ? std::optional(usage->millicores) : std::nullopt;
}

} // namespace

TEST_CASE("one reading alone says nothing", "[cpu]")
{
    cpu_history h;
    CHECK(!millicores(h));
    h.note(at(0s, 5'000'000), 2s);
    CHECK(!millicores(h));
}

TEST_CASE("the use is of the last window, or of what there is", "[cpu]")
{
    cpu_history h;
    h.note(at(0s, 0), 2s);
    h.note(at(1s, 250'000), 2s);
    CHECK(millicores(h) == 250u); // over less than a window
    h.note(at(2s, 1'000'000), 2s);
    CHECK(millicores(h) == 500u);
    h.note(at(3s, 2'000'000), 2s);
    CHECK(millicores(h) == 875u); // over the time from 1 s to 3 s
    CHECK(h.usage(2s)->window == 2s);
    CHECK(h.usage(2s)->at == t0 + 3s);
}

TEST_CASE("a window between two readings takes the older one", "[cpu]")
{
    cpu_history h;
    h.note(at(0ms, 0), 1500ms);
    h.note(at(1000ms, 1'000'000), 1500ms);
    h.note(at(2000ms, 1'000'000), 1500ms);
    CHECK(millicores(h, 1500ms) == 500u);
}

TEST_CASE("several processors make more than a core", "[cpu]")
{
    cpu_history h;
    h.note(at(0s, 0), 1s);
    h.note(at(1s, 3'500'000), 1s);
    CHECK(millicores(h, 1s) == 3500u);
}

TEST_CASE("another incarnation, or a counter that went down, begins anew", "[cpu]")
{
    cpu_history h;
    h.note(at(0s, 0), 1s);
    h.note(at(1s, 1'000'000), 1s);
    h.note(at(2s, 1'100'000, 2), 1s);
    CHECK(!millicores(h, 1s));
    h.note(at(3s, 1'200'000, 2), 1s);
    CHECK(millicores(h, 1s) == 100u);
    h.note(at(4s, 900'000, 2), 1s);
    CHECK(!millicores(h, 1s));
    h.note(at(5s, 1'000'000, 2), 1s);
    CHECK(millicores(h, 1s) == 100u);
}

TEST_CASE("a failed reading is missing, and the next one goes on from what was known", "[cpu]")
{
    cpu_history h;
    h.note(at(0s, 0), 1s);
    h.note(at(1s, 100'000), 1s);
    h.note(std::nullopt, 1s);
    CHECK(!millicores(h, 1s));
    h.note(at(3s, 500'000), 1s);
    CHECK(millicores(h, 1s) == 200u);
}

TEST_CASE("a clock that stood still divides by nothing", "[cpu]")
{
    cpu_history h;
    h.note(at(0s, 0), 1s);
    h.note(at(0s, 10), 1s);
    CHECK(!millicores(h, 1s));
    h.note(at(1s, 100'000), 1ms);
    h.note(at(2s, 300'000), 1ms);
    CHECK(millicores(h, 0ms) == 200u);
}
