// The lines of the incarnation before the one that runs, for `ps:logs --previous`.
#pragma once

#include "supervisor/core/log_line.hpp"

#include <optional>
#include <vector>

namespace ctl {

// Tells whether procd says in this record that an incarnation has begun. Log files do not tell who
// wrote a line, so there its text decides.
bool begins_incarnation(core::log_record const& record);

// Of the records of one process, oldest first, those of the incarnation before the present one,
// with procd's words about its start and its end. `running` is the pid of the process; without one
// the last incarnation is the one before. Empty when there is none. procd's line "started with pid
// N" begins an incarnation.
std::vector<core::log_record> previous_incarnation(std::vector<core::log_record> records,
                                                   std::optional<int> running);

} // namespace ctl
