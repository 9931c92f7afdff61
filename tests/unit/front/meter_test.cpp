#include "supervisor/front/meter.hpp"
#include "tests/fixtures/catch.hpp"

using procd::front::meter;
using namespace std::chrono_literals;

namespace {

constexpr meter::time_point start{1000s};

} // namespace

TEST_CASE("the load is integrated over the time", "[meter]")
{
    meter m;
    m.note_load(2, start); // nothing is known of the time before
    m.note_load(5, start + 100ms);
    m.note_load(0, start + 300ms);
    m.note_load(0, start + 1000ms);
    auto const first = m.figures(start + 1000ms);
    CHECK(first.load_ms == 2 * 100 + 5 * 200);
    CHECK(first.time_ms == 1000);
    CHECK(m.figures(start + 1000ms) == first); // asking takes nothing away
    m.note_load(1, start + 1500ms);
    m.note_load(1, start + 1750ms);
    auto const second = m.figures(start + 1750ms);
    CHECK(second.load_ms - first.load_ms == 250);
    CHECK(second.time_ms - first.time_ms == 750);
}

TEST_CASE("nothing noted gives figures of nought", "[meter]")
{
    meter m;
    CHECK(m.figures(start) == procd::front::type_figures{});
    m.note_load(7, start);
    CHECK(m.figures(start) == procd::front::type_figures{});
}

TEST_CASE("requests are counted", "[meter]")
{
    meter m;
    m.note_request(5ms, false, start);
    m.note_request(5ms, true, start);
    m.note_request(5ms, false, start);
    CHECK(m.figures(start).requests == 3);
    CHECK(m.figures(start).failed == 1);
    m.note_request(5ms, true, start + 1h);
    CHECK(m.figures(start + 1h).requests == 4);
    CHECK(m.figures(start + 1h).failed == 2);
}

TEST_CASE("requests per second are those of the last ten seconds", "[meter]")
{
    meter m;
    auto const rate = [&](auto at) { return m.figures(start + at).requests_per_second; };
    auto const ask = [&](int count, auto at) {
        for (int i = 0; i < count; ++i)
            m.note_request(1ms, false, start + at);
    };
    CHECK(rate(0s) == 0);
    ask(50, 0s);
    CHECK(rate(0s) == 5); // in a second that has just begun
    CHECK(rate(10s) == 5);
    CHECK(rate(11s) == 0);
    ask(30, 20s);
    CHECK(rate(20s + 500ms) == 30 / 10.5);
    ask(70, 25s + 250ms);
    CHECK(rate(26s) == 10);
    CHECK(rate(31s) == 7); // the thirty are too old
    CHECK(rate(36s) == 0);
    SECTION("one in each second")
    {
        for (int i = 100; i < 130; ++i)
            ask(1, std::chrono::seconds(i));
        CHECK(rate(130s) == 1);
        CHECK(rate(135s) == 0.5);
    }
    SECTION("after a long pause nothing of the past counts")
    {
        ask(10, 11000s); // at the same place as those of second 0
        CHECK(rate(11000s) == 1);
    }
}

TEST_CASE("percentiles are nearest ranks of the last requests", "[meter]")
{
    meter m;
    auto const note = [&m](std::chrono::milliseconds took) { m.note_request(took, false, start); };
    auto const p50 = [&m] { return m.figures(start).p50_ms; };
    auto const p95 = [&m] { return m.figures(start).p95_ms; };
    SECTION("of one")
    {
        note(8ms);
        CHECK(p50() == 8);
        CHECK(p95() == 8);
    }
    SECTION("of two")
    {
        note(9ms);
        note(3ms);
        CHECK(p50() == 3);
        CHECK(p95() == 9);
    }
    SECTION("of a hundred, in any order")
    {
        for (int i = 100; i > 0; --i)
            note(std::chrono::milliseconds(i));
        CHECK(p50() == 50);
        CHECK(p95() == 95);
    }
    SECTION("of the last 1,024 only")
    {
        for (int i = 0; i < 3000; ++i)
            note(1000ms);
        for (int i = 0; i < 1023; ++i)
            note(1ms);
        CHECK(p50() == 1);
        CHECK(p95() == 1);
        for (int i = 0; i < 52; ++i)
            note(2ms);
        CHECK(p95() == 2);
    }
}
