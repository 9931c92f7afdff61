// The text of procd's log files back to records. A line of a log file is its time, a blank, and the
// bytes that the process wrote.
#pragma once

#include "supervisor/core/log_line.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace core {

// The bytes before the text of a line: "2026-11-23T07:30:00.123Z ".
inline constexpr std::size_t log_file_prefix = 25;

// The facts that have to be known about the text before.
struct log_text_state {
    bool mid_line = false; // it ended inside of a line
    wall_time time{};      // of its last line
};

// `more_follows`: a line without its newline may be left for later.
enum class text_end { more_follows, all };

struct log_text {
    std::vector<log_record> records; // the files have neither numbers nor authors
    std::size_t used = 0;            // bytes; 0: the text holds no whole line and not even a piece
    std::uint64_t ends = 0;          // how many lines ended
    log_text_state state;
};

// Reads the whole lines of the text. A line that does not end in it becomes a piece if it is the
// only one, or the text is followed by nothing.
log_text read_log_text(std::string_view text, log_text_state before, std::string const& process,
                       text_end end);

} // namespace core
