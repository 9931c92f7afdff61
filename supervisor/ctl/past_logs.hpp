// The past lines of the processes: what procd remembers, and before that what the log files have.
#pragma once

#include "supervisor/core/api_logs.hpp"
#include "supervisor/core/log_line.hpp"
#include "supervisor/ctl/old_log.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ctl {

// procd's answer: where the log files are, and the records of the past.
struct remembered_logs {
    core::api::log_files_view files;
    std::vector<core::log_record> records;
};

// Facts about what was found, for a note about what was not.
struct found_logs {
    std::uint64_t records = 0;
    std::optional<core::wall_time> oldest; // the oldest record that there is, wanted or not
    std::string trouble;                   // why the log files could not be read
};

// Gives the records of the processes and types of these names (empty: of all) to `show`, in the
// order of their times. Records before `bounds.since` may be among them.
found_logs each_past_record(remembered_logs&& remembered, std::vector<std::string> const& names,
                            old_log_bounds const& bounds,
                            std::function<void(core::log_record)> const& show);

} // namespace ctl
