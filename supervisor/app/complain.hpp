// Problems that stop procd before its app runs: they are written to stderr and give an exit code.
#pragma once

#include "supervisor/app/loader.hpp"
#include "supervisor/app/options.hpp"

#include <boost/system/result.hpp>

#include <string>

namespace procd::app {

// Exit codes of procd itself.
inline constexpr int exit_failure = 1, exit_usage = 2;

// Writes "procd: MESSAGE" to stderr.
void complain(std::string const& message);

// Loads the app of these options and prints the findings in its files on stderr. The error is the
// exit code of procd.
boost::system::result<loaded, int> load_or_complain(options const& given, verb started_as,
                                                    occasion when = occasion::start);

} // namespace procd::app
