#include "supervisor/core/log_line.hpp"
#include "tests/fixtures/catch.hpp"

using core::iso_text;
using core::iso_text_ms;
using core::parse_iso;
using core::wall_time;
using namespace std::chrono_literals;

TEST_CASE("a time is told in UTC, with or without milliseconds", "[log_line]")
{
    wall_time const epoch{};
    CHECK(iso_text(epoch) == "1970-01-01T00:00:00Z");
    CHECK(iso_text_ms(epoch + 7ms) == "1970-01-01T00:00:00.007Z");

    auto const november = epoch + 1795419000s + 123ms;
    CHECK(iso_text(november) == "2026-11-23T07:30:00Z");
    CHECK(iso_text_ms(november) == "2026-11-23T07:30:00.123Z");
    CHECK(iso_text(epoch + 951782399s) == "2000-02-28T23:59:59Z");
    CHECK(iso_text(epoch + 951782400s) == "2000-02-29T00:00:00Z");
}

TEST_CASE("a part of a millisecond is cut off, before 1970 too", "[log_line]")
{
    CHECK(iso_text_ms(wall_time{} + 999'999us) == "1970-01-01T00:00:00.999Z");
    CHECK(iso_text_ms(wall_time{} - 1ms) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("both forms are read back", "[log_line]")
{
    for (auto const since : {0ms, 1795419000123ms, 951782399999ms, -1ms}) {
        wall_time const t{since};
        CHECK(parse_iso(iso_text_ms(t)) == t);
        CHECK(parse_iso(iso_text(t)) == std::chrono::floor<std::chrono::seconds>(t));
    }
}

TEST_CASE("what is no such time is not read", "[log_line]")
{
    auto const text =
        GENERATE("", "now", "2026-11-23", "2026-11-23T07:30:00", "2026-11-23 07:30:00Z",
                 "2026-13-23T07:30:00Z", "2026-02-29T07:30:00Z", "2026-11-23T24:30:00Z",
                 "2026-11-23T07:60:00Z", "2026-11-23T07:30:61Z", "2026-11-23T07:30:00.1Z",
                 "2026-11-23T07:30:00.1234Z", "2026-11-23T07:30:00+01:00", "9999-11-23T07:30:00Z",
                 "-026-11-23T07:30:00Z", "2026-11-23T07:30:00ZZ", "0000-01-01T00:00:00Z");
    INFO(text);
    CHECK_FALSE(parse_iso(text));
}
