// Times as people write them.
#pragma once

#include "supervisor/core/log_line.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace core {

// Durations with any number of units: "90s", "1h30m", "2d". Nothing when the text has another form.
std::optional<std::chrono::milliseconds> parse_span(std::string_view text);

struct time_text {
    wall_time time{}; // by the clock of the zone; UTC if the zone is written
    bool zoned = false;
};
// A date, with or without a time behind it: "2026-11-23", "2026-11-23 07:30",
// "2026-11-23T07:30:00.123+02:00". `zoned`: it ends with Z or an offset, as in RFC 3339.
std::optional<time_text> parse_time_text(std::string_view text);

} // namespace core
