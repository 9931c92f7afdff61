// One line of output as procd keeps and reports it, and times as text.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

using wall_time = std::chrono::system_clock::time_point;

// Who wrote a line that stands in the output of a process: the process, or procd about it
// ("started with pid 4711"). Log files do not tell.
enum class author { process, procd, unknown };
// "process" or "procd", and nothing for an unknown author.
std::string_view author_text(author by);
author author_of(std::string_view text);

// A line, or a piece of one, as the history keeps it. The bytes are those that the child wrote,
// without the final newline.
//
// The child's output can be rebuilt from the records of its process: put them together, with a
// newline after each one that is not `partial`, and leave out those of procd. A piece is followed
// by the rest of its line in the next record that the process itself has written, which may be
// empty. Only at the end of the output may that record be missing.
struct log_record {
    std::uint64_t seq = 0; // one sequence for all processes, from 1; 0: read from a log file
    wall_time time{};
    std::string process; // "web.1", or "system" for procd itself
    std::string bytes;
    bool partial = false; // the record is a piece, and no newline followed it
    author by = author::process;
};

// The number of lines in these bytes. A last line that has no newline yet counts too.
std::uint64_t count_lines(std::string_view bytes);

// A time in UTC: "2026-11-23T07:30:00Z".
std::string iso_text(wall_time t);
// A time in UTC with milliseconds: "2026-11-23T07:30:00.123Z".
std::string iso_text_ms(wall_time t);
// Reads either form. Nothing when the text has neither.
std::optional<wall_time> parse_iso(std::string_view text);

} // namespace core
