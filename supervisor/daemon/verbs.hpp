// The verbs of procd, each a function from the options to the exit code.
#pragma once

#include "supervisor/daemon/loader.hpp"
#include "supervisor/daemon/options.hpp"

namespace procd {

int run_app(options const& given, verb how); // up, serve
int check(options const& given);
int export_app(options const& given);  // export systemd
int run_command(options const& given); // run: returns only when it failed

// Exit codes of procd itself.
inline constexpr int exit_failure = 1, exit_usage = 2;

// "procd: MESSAGE" on stderr.
void complain(std::string const& message);

// The app of these options; what is wrong with the files goes to stderr. The error is procd's exit
// code.
boost::system::result<loaded, int> load_or_complain(options const& given, verb how);

} // namespace procd
