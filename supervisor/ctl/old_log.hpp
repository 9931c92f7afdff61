// The lines of one process that its log files have from before those that procd remembers.
#pragma once

#include "supervisor/core/api_logs.hpp"
#include "supervisor/core/log_file_text.hpp"
#include "supervisor/os/log_archive.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace ctl {

// Where the reading of old logs begins and ends.
struct old_log_bounds {
    core::wall_time latest{};                // procd's answer; for processes that it does not list
    std::optional<core::wall_time> since;    // a file that ends before is passed over
    std::optional<std::uint64_t> last_lines; // only so many are wanted
};

// Reads the files from the oldest to the newest, 32 KiB at a time.
class old_log {
public:
    // `answer` is procd's view of this process; without one the files have only old lines.
    old_log(int directory, std::string process,
            std::optional<core::api::log_files_view::process> const& answer,
            old_log_bounds const& bounds);

    // The next record, or null at the end.
    core::log_record const* peek();
    core::log_record take();
    // The time of the oldest line that the files have; nothing when they have none.
    std::optional<core::wall_time> oldest() const { return oldest_; }

private:
    void leave_out_later(core::api::log_files_view::process const& answer);
    void skip_to_last(std::uint64_t lines);
    std::string read(os::log_part const& part, std::uint64_t offset, std::uint64_t most) const;
    bool read_more();

    int directory_;
    std::string process_, name_;
    core::wall_time latest_;
    std::vector<os::log_part> parts_; // the oldest first, as far as they are old
    std::size_t part_ = 0;            // the one that is being read
    std::uint64_t offset_ = 0;        // in that one
    core::log_text_state state_;
    std::deque<core::log_record> ready_;
    std::optional<core::wall_time> oldest_;
};

} // namespace ctl
