// What stops procd before its app runs: said on stderr, and turned into an exit code.
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

// Loads the app of these options and prints what is wrong with its files on stderr. The error is
// procd's exit code.
boost::system::result<loaded, int> load_or_complain(options const& given, verb how);

} // namespace procd::app
