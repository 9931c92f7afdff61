// What the commands that show a stream share.
#pragma once

#include "supervisor/ctl/command.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string_view>

namespace ctl {

// --lines, or `otherwise`; at most a million.
std::uint64_t line_count(arguments const& a, std::uint64_t otherwise);

// Following ends by Ctrl-C, which is no accident: from now on it exits with 130 and says nothing.
void leave_quietly_on_interrupt();

// Whether this is procd's word that a slow reader missed something; then it is said on stderr.
bool say_missed(boost::json::value const& line, std::string_view what);

} // namespace ctl
