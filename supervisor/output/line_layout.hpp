// Lays out lines for stdout, in Foreman's form or as JSON.
//
// A line may come in pieces. As text, a piece is written with its prefix and without a newline, and
// the next piece of the same line continues it, so a prompt looks as its program meant it and a
// long line stays one line. When another line has to be written in between, or the output of the
// process ends, a newline is written first, and the next piece gets a prefix of its own. As JSON,
// each piece is an object.
//
// On a real terminal the lines come through core/shared_screen, so that no process wipes the lines
// of another one.
#pragma once

#include "supervisor/core/log_format.hpp"
#include "supervisor/core/text_buffer.hpp"
#include "supervisor/output/hub.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace procd::output {

struct origin {
    core::author by = core::author::process;
    level weight = level::info; // of a message of procd
};

class line_layout {
public:
    // `is_screen`: stdout is a real terminal.
    line_layout(options const& options, bool is_screen);

    // Appends a run of lines. In the journal a warning or an error of procd begins with its
    // priority.
    void put(core::text_buffer& to, source& from, core::line_run const& run, std::uint64_t seq,
             core::wall_time now, origin of);
    // No further piece follows the unfinished line of this source, or of any. True: there was one,
    // which needs its newline.
    bool end_line(source const& of);
    bool end_line();
    // Pads the prefix to at least `name_width` from now on.
    void widen(std::size_t name_width);
    // The columns that the prefix takes on a real terminal; 0 where stdout is none.
    std::size_t prefix_columns() const;

private:
    void put_text(core::text_buffer& to, source& from, core::line_run const& run,
                  core::wall_time now, origin of);
    void put_on_screen(core::text_buffer& to, source& from, std::string_view prefix,
                       core::line_run const& run);
    void put_json(core::text_buffer& to, source const& from, core::line_run const& run,
                  std::uint64_t seq, core::wall_time now, origin of);
    std::string_view mark(origin of) const;
    std::chrono::seconds local(core::wall_time now);

    bool json_, journal_, is_screen_;
    core::prefix_style style_;
    std::optional<std::uint64_t> open_; // number of the source whose unfinished line came last

    std::chrono::minutes offset_for_ = std::chrono::minutes::min();
    std::chrono::seconds offset_{0};
    std::int64_t json_ms_ = -1; // the millisecond that json_time_ shows
    std::string json_time_;
};

} // namespace procd::output
