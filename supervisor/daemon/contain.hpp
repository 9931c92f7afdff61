// Sets up the containment of processes, once, before the first process starts.
#pragma once

#include "supervisor/process/services.hpp"

#include <string>

namespace procd::daemon {

// A name for the cgroup directory. Each procd of the same app and state directory chooses the same
// name, so that it finds and clears the cgroup that a killed procd has left.
std::string cgroup_name(std::string const& app, std::string const& state_path);

// Makes the cgroup (or notes in `with` why there is none), turns its controllers on, and starts the
// guardian. Returns a warning for the user, or nothing: procd goes on without a guardian.
// `launcher` is the pid of the process that waits in front of `up -D`, else -1.
[[nodiscard]] std::string contain(process::services& with, std::string const& name, int launcher);

} // namespace procd::daemon
