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
    auto const first = m.take();
    CHECK(first.load_ms == 2 * 100 + 5 * 200);
    CHECK(first.time_ms == 1000);
    SECTION("and each figure is given once")
    {
        auto const none = m.take();
        CHECK(none.load_ms == 0);
        CHECK(none.time_ms == 0);
        m.note_load(1, start + 1500ms);
        CHECK(m.take().time_ms == 500);
        m.note_load(1, start + 1750ms);
        CHECK(m.take().load_ms == 250); // of the load since the last take
    }
}

TEST_CASE("nothing noted gives figures of nought", "[meter]")
{
    meter m;
    CHECK(m.take() == procd::front::type_figures{});
    m.note_load(7, start);
    CHECK(m.take() == procd::front::type_figures{});
}

TEST_CASE("requests are counted since the last take", "[meter]")
{
    meter m;
    m.note_request(5ms, false);
    m.note_request(5ms, true);
    m.note_request(5ms, false);
    auto const first = m.take();
    CHECK(first.requests == 3);
    CHECK(first.failed == 1);
    m.note_request(5ms, true);
    CHECK(m.take().failed == 1);
    CHECK(m.take().requests == 0);
}

TEST_CASE("percentiles are nearest ranks of the last requests", "[meter]")
{
    meter m;
    SECTION("of one")
    {
        m.note_request(8ms, false);
        auto const f = m.take();
        CHECK(f.p50_ms == 8);
        CHECK(f.p95_ms == 8);
    }
    SECTION("of two")
    {
        m.note_request(9ms, false);
        m.note_request(3ms, false);
        auto const f = m.take();
        CHECK(f.p50_ms == 3);
        CHECK(f.p95_ms == 9);
    }
    SECTION("of a hundred, in any order, and they stay")
    {
        for (int i = 100; i > 0; --i)
            m.note_request(std::chrono::milliseconds(i), false);
        m.take();
        auto const f = m.take();
        CHECK(f.p50_ms == 50);
        CHECK(f.p95_ms == 95);
    }
    SECTION("of the last 1,024 only")
    {
        for (int i = 0; i < 3000; ++i)
            m.note_request(1000ms, false);
        for (int i = 0; i < 1023; ++i)
            m.note_request(1ms, false);
        CHECK(m.take().p50_ms == 1);
        CHECK(m.take().p95_ms == 1);
        for (int i = 0; i < 52; ++i)
            m.note_request(2ms, false);
        CHECK(m.take().p95_ms == 2);
    }
}
