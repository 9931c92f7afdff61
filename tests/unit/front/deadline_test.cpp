#include "supervisor/front/deadline.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/front/loop.hpp"

using procd::front::deadline;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

namespace {

struct watched : test::loop {
    // Runs the loop until another deadline, set now for this time, has passed.
    void wait_past(steady::time_point due)
    {
        bool over = false;
        deadline other(io, [&over] { over = true; });
        other.set(due);
        REQUIRE(until([&over] { return over; }));
        poll();
    }

    int passed = 0;
    steady::time_point at;
    deadline limit{io, [this] {
                       ++passed;
                       at = steady::now();
                   }};
};

} // namespace

TEST_CASE("a deadline passes once", "[deadline]")
{
    watched w;
    auto const due = steady::now() + 5ms;
    w.limit.set(due);
    CHECK(w.passed == 0);
    CHECK(w.until([&] { return w.passed > 0; }));
    CHECK(w.at >= due);
    w.wait_past(steady::now() + 20ms);
    CHECK(w.passed == 1);
    SECTION("and can be set again")
    {
        w.limit.set(steady::now() + 1ms);
        CHECK(w.until([&] { return w.passed == 2; }));
    }
}

TEST_CASE("a reminder comes once, before the deadline", "[deadline]")
{
    watched w;
    int reminded = 0;
    w.limit.on_reminder([&] {
        CHECK(w.passed == 0);
        ++reminded;
    });
    w.limit.set(steady::now() + 40ms);
    w.limit.remind(steady::now() + 5ms);
    CHECK(w.until([&] { return reminded == 1; }));
    SECTION("and the deadline passes after it")
    {
        CHECK(w.until([&] { return w.passed == 1; }));
        CHECK(reminded == 1);
    }
    SECTION("and can be set again")
    {
        w.limit.set(steady::now() + 1h);
        w.limit.remind(steady::now() + 1ms);
        CHECK(w.until([&] { return reminded == 2; }));
    }
    SECTION("but not after the limit was cleared")
    {
        w.limit.remind(steady::now() + 1ms);
        w.limit.clear();
        w.wait_past(steady::now() + 5ms);
        CHECK(reminded == 1);
        CHECK(w.passed == 0);
    }
}

TEST_CASE("a reminder behind the deadline does not come", "[deadline]")
{
    watched w;
    w.limit.on_reminder([] { FAIL_CHECK("it came"); });
    w.limit.set(steady::now() + 1ms);
    w.limit.remind(steady::now() + 10ms);
    CHECK(w.until([&] { return w.passed == 1; }));
    w.wait_past(steady::now() + 15ms);
    CHECK(w.passed == 1);
}

TEST_CASE("a deadline in the past passes from the loop", "[deadline]")
{
    watched w;
    w.limit.set(steady::now() - 1h);
    CHECK(w.passed == 0);
    CHECK(w.until([&] { return w.passed == 1; }));
}

TEST_CASE("a deadline that moves later does not pass at its first time", "[deadline]")
{
    watched w;
    auto const late = steady::now() + 40ms;
    w.limit.set(steady::now() + 1ms);
    w.limit.set(late);
    CHECK(w.until([&] { return w.passed == 1; }));
    CHECK(w.at >= late);
}

TEST_CASE("a deadline that moves earlier passes at its new time", "[deadline]")
{
    watched w;
    w.limit.set(steady::now() + 1h);
    w.poll();
    w.limit.set(steady::now() + 1ms);
    CHECK(w.until([&] { return w.passed == 1; }));
    SECTION("and not at the old one")
    {
        w.limit.set(steady::now() + 1h);
        w.limit.set(steady::now() + 20ms);
        w.limit.set(steady::now() + 2ms);
        CHECK(w.until([&] { return w.passed == 2; }));
        w.wait_past(steady::now() + 30ms);
        CHECK(w.passed == 2);
    }
}

TEST_CASE("a deadline that is cleared does not pass", "[deadline]")
{
    watched w;
    w.limit.set(steady::now() + 1ms);
    w.limit.clear();
    w.wait_past(steady::now() + 10ms);
    CHECK(w.passed == 0);
    SECTION("until it is set again, by the timer that still runs too")
    {
        w.limit.set(steady::now() + 1ms);
        w.limit.clear();
        auto const due = steady::now() + 20ms;
        w.limit.set(due);
        CHECK(w.until([&] { return w.passed == 1; }));
        CHECK(w.at >= due);
    }
}

TEST_CASE("a deadline that is gone does not pass, even in the round in which it was due",
          "[deadline]")
{
    test::loop l;
    std::optional<deadline> second;
    int passed = 0;
    deadline first(l.io, [&] {
        ++passed;
        second.reset();
    });
    second.emplace(l.io, [&passed] { passed += 100; });
    auto const due = steady::now() + 2ms;
    first.set(due);
    second->set(due + 1us);
    while (steady::now() < due + 2ms)
        ;
    CHECK(l.until([&passed] { return passed > 0; }));
    l.poll();
    CHECK(passed == 1);
}
