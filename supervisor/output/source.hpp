// The place of one process in the output.
#pragma once

#include "supervisor/core/log_format.hpp"
#include "supervisor/core/shared_screen.hpp"
#include "supervisor/output/hub.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace procd::output {

class source {
public:
    source(std::string process, int place, std::uint32_t in_history)
        : name(std::move(process)), color(place), number(in_history)
    {
    }

    std::string const name;
    int const color;            // the position of the type, or core::system_color
    std::uint32_t const number; // the number of the process in the history
    // The number of the current incarnation's first record: the first after the last attach().
    std::uint64_t first_seq = 0;
    core::shared_screen screen; // used where stdout is a terminal

    // The prefix in this second. Thousands of lines may share it, so the last one is kept.
    std::string_view prefix(core::prefix_style const& style, std::chrono::seconds local)
    {
        if (local != shown_second_ || style.name_width != shown_width_) {
            text_ = core::line_prefix(style, name, color, local);
            shown_second_ = local;
            shown_width_ = style.name_width;
        }
        return text_;
    }

private:
    std::string text_;
    std::chrono::seconds shown_second_ = std::chrono::seconds::min();
    std::size_t shown_width_ = 0;
};

} // namespace procd::output
