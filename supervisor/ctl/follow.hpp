// Helpers of the commands that show a stream.
#pragma once

#include "supervisor/ctl/command.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string_view>

namespace ctl {

// The value of --lines, at most a million, or `otherwise` without that option.
std::uint64_t line_count(arguments const& a, std::uint64_t otherwise);

// Makes Ctrl-C end procctl with code 130 and without a word from now on, because Ctrl-C is the
// usual way to stop following.
void leave_quietly_on_interrupt();

// Returns whether this line tells that a slow reader missed something ("lines" or "events"), and
// says so on stderr if it does.
bool say_missed(boost::json::value const& line, std::string_view things);

} // namespace ctl
