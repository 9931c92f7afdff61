// Lines as they are shown: Foreman's prefix, its colours; or one JSON object a line.
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

struct prefix_style {
    bool color = false;
    bool timestamps = true;
    std::size_t name_width = 6; // of the widest name; at least 6
};

// The place of a type that is none: procd itself, in white.
constexpr int system_color = -1;

// The escape for the type at `position` (from 0): cyan, yellow, green, magenta, red, blue, then
// their bright forms, then from the start.
std::string_view color_escape(int position);

// "12:30:05 web.1  | ". With colour it is around everything up to and including the bar. `local`
// counts seconds since 1970 as the wall clock here shows them.
std::string line_prefix(prefix_style const& style, std::string_view name, int position,
                        std::chrono::seconds local);

// Every line of the run with the prefix before it; the first begins at `begin`.
void append_lines(text_buffer& out, std::string_view prefix, line_run const& run,
                  std::uint32_t begin = 0);

// One record as one JSON object and a newline; the same shape as over the socket:
// {"seq","time","process","line","partial"}, with "line_base64" instead of "line" for bytes that
// are no UTF-8. The line comes without its newline.
struct record_head {
    std::uint64_t seq = 0;
    std::string_view time; // iso_text_ms
    std::string_view process;
    bool partial = false;
};
void append_json(text_buffer& out, record_head const& head, std::string_view line);

// --color, and what the environment says when that is `automatic`: NO_COLOR, then CLICOLOR_FORCE,
// then TERM=dumb, then whether it is a terminal.
enum class color_when { automatic, always, never };
struct color_facts {
    bool terminal = false;
    std::optional<std::string> no_color, clicolor_force, term;
};
bool use_color(color_when when, color_facts const& facts);

} // namespace core
