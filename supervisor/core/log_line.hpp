// One line of output as procd keeps it and tells of it; its time as text.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

using wall_time = std::chrono::system_clock::time_point;

// A line (or a piece of one) as the history keeps it. The bytes are the child's, without the final
// newline.
//
// To have the child's bytes back, put the records of a process together and a newline after each
// that is not `partial`. A piece is followed by the rest of its line in the next record of the
// process, which may be empty; unless the process's output ended there.
struct log_record {
    std::uint64_t seq = 0; // one sequence over all processes, from 1
    wall_time time{};
    std::string process; // "web.1", or "system"
    std::string bytes;
    bool partial = false; // a piece: no newline followed it
};

// How many lines these bytes are; one that has no newline yet counts too.
std::uint64_t count_lines(std::string_view bytes);

// "2026-11-23T07:30:00Z", in UTC; with milliseconds "2026-11-23T07:30:00.123Z".
std::string iso_text(wall_time t);
std::string iso_text_ms(wall_time t);
// Back from either form; nothing when the text is neither.
std::optional<wall_time> parse_iso(std::string_view text);

} // namespace core
