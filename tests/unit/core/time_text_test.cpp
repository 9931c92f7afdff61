#include "supervisor/core/time_text.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>
#include <utility>

using namespace std::chrono_literals;

namespace {

// "2026-11-23T07:30:00.123Z", with "local" behind it where no zone was given; "-" for no time.
std::string shown(std::string_view text)
{
    auto const read = core::parse_time_text(text);
    return read ? core::iso_text_ms(read->time) + (read->zoned ? "" : " local") : "-";
}

} // namespace

TEST_CASE("times are read in the forms of RFC 3339 with any offset", "[time_text]")
{
    auto const [text, wanted] = GENERATE(table<char const*, char const*>({
        {"2026-11-23T07:30:00Z", "2026-11-23T07:30:00.000Z"},
        {"2026-11-23t07:30:00z", "2026-11-23T07:30:00.000Z"},
        {"2026-11-23 07:30:00Z", "2026-11-23T07:30:00.000Z"},
        {"2026-11-23T07:30:00.5Z", "2026-11-23T07:30:00.500Z"},
        {"2026-11-23T07:30:00.123456789Z", "2026-11-23T07:30:00.123Z"},
        {"2026-11-23T07:30:00+02:00", "2026-11-23T05:30:00.000Z"},
        {"2026-11-23T07:30:00-03:30", "2026-11-23T11:00:00.000Z"},
        {"2026-11-23T07:30:00+0530", "2026-11-23T02:00:00.000Z"},
        {"2026-11-23T23:30:00-01", "2026-11-24T00:30:00.000Z"},
        {"2026-11-23T07:30Z", "2026-11-23T07:30:00.000Z"},
        {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
    }));
    CHECK(shown(text) == wanted);
}

TEST_CASE("dates and times without an offset are left to the clock of the reader", "[time_text]")
{
    CHECK(shown("2026-11-23") == "2026-11-23T00:00:00.000Z local");
    CHECK(shown("2026-11-23 07:30") == "2026-11-23T07:30:00.000Z local");
    CHECK(shown("2026-11-23T07:30:05") == "2026-11-23T07:30:05.000Z local");
}

TEST_CASE("other texts are no times", "[time_text]")
{
    auto const text = GENERATE(
        "", "now", "2026", "2026-11", "2026-11-", "2026-13-01", "2026-02-30", "2026-11-23T",
        "2026-11-23T07", "2026-11-23T24:00:00Z", "2026-11-23T07:60:00Z", "2026-11-23T07:30:61Z",
        "2026-11-23T07:30:00.Z", "2026-11-23T07:30:00+", "2026-11-23T07:30:00+2", "2026-11-23Z",
        "2026-11-23T07:30:00Zx", "0000-11-23", "9999-11-23", "23.11.2026",
        "2026-11-23T07:30:00+24:00", " 2026-11-23", "-026-11-23");
    INFO(text);
    CHECK(shown(text) == "-");
}

TEST_CASE("durations may have several units", "[time_text]")
{
    auto const [text, wanted] = GENERATE(
        table<char const*, std::chrono::milliseconds>({{"10m", 10min},
                                                       {"1h30m", 90min},
                                                       {"2d", 48h},
                                                       {"1w", 168h},
                                                       {"90s", 90s},
                                                       {"500ms", 500ms},
                                                       {"1d2h3m4s5ms", 26h + 3min + 4005ms},
                                                       {"0s", 0s}}));
    CHECK(core::parse_span(text) == wanted);
}

TEST_CASE("other texts are no durations", "[time_text]")
{
    auto const text = GENERATE("", "10", "m", "10x", "1h30", "-1h", "1.5h", "1h 30m", "1H", "10min",
                               "99999999999999999999s", "36601d", "3000000w");
    INFO(text);
    CHECK_FALSE(core::parse_span(text));
}
