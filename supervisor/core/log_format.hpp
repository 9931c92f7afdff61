// Output lines as they are shown: with Foreman's prefix and colours, or as one JSON object each.
#pragma once

#include "supervisor/core/line_framer.hpp"
#include "supervisor/core/log_line.hpp"
#include "supervisor/core/text_buffer.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

// How prefixes look.
struct prefix_style {
    bool color = false;
    bool timestamps = true;
    std::size_t name_width = 6; // the width of the widest name, at least 6
};

// The colour position of procd's own lines, which are white.
constexpr int system_color = -1;

// The escape sequence for the type at `position` (from 0): cyan, yellow, green, magenta, red, blue,
// then their bright forms, then the same again.
std::string_view color_escape(int position);

// The prefix of a line, e.g. "12:30:05 web.1  | ". A colour applies to everything up to and
// including the bar. `local` is the local time as seconds since 1970-01-01 00:00 by the local
// clock.
std::string line_prefix(prefix_style const& style, std::string_view name, int position,
                        std::chrono::seconds local);

// Appends every line of the run with the prefix before it. Lines before the offset `begin` are left
// out.
void append_lines(text_buffer& out, std::string_view prefix, line_run const& run,
                  std::uint32_t begin = 0);

// The JSON form of a record in text output. It has the same shape as on the socket:
// {"seq","time","process","line","partial","author"}, with "line_base64" in place of "line" for
// bytes that are not UTF-8, and null in place of a number (0) or an author that is not known.
struct record_head {
    std::uint64_t seq = 0;
    std::string_view time; // as iso_text_ms() gives it
    std::string_view process;
    bool partial = false;
    author by = author::process;
};
// Appends a record as one JSON object and a newline. `line` comes without its newline.
void append_json(text_buffer& out, record_head const& head, std::string_view line);

// The values of --color.
enum class color_when { automatic, always, never };
// The facts that decide for `automatic`: whether the output is a terminal, and three variables of
// the environment.
struct color_facts {
    bool terminal = false;
    std::optional<std::string> no_color, clicolor_force, term;
};
// Tells whether to use colours. For `automatic`, the first of these that applies decides: NO_COLOR,
// CLICOLOR_FORCE, TERM=dumb, and last whether the output is a terminal.
bool use_color(color_when when, color_facts const& facts);

} // namespace core
