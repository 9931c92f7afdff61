// Problems that stop procd before its app runs: they are written to stderr and give an exit code.
#pragma once

#include "supervisor/app/loader.hpp"
#include "supervisor/app/options.hpp"

#include <boost/system/result.hpp>

#include <string>

namespace procd::app {

// Exit codes of procd itself.
inline constexpr int exit_failure = 1, exit_usage = 2;

// Writes "procd: MESSAGE" to stderr. Where stderr leads to the journal, the line has its priority.
void complain(std::string const& message, procfile::severity gravity = procfile::severity::error);

// Prints why an app could not be loaded, and the findings in its files, on stderr. The answer is
// the exit code of procd, or 0 if the app can be used.
int report(boost::system::result<loaded, load_error> const& seen);

// Loads the app of these options and prints the findings in its files on stderr. The error is the
// exit code of procd.
boost::system::result<loaded, int> load_or_complain(options const& given, verb started_as,
                                                    occasion when = occasion::start);

} // namespace procd::app
