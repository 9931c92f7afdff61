// How procd holds its processes together, set up once before the first of them starts.
#pragma once

#include "supervisor/daemon/services.hpp"

#include <string>

namespace procd {

// A name for the cgroup directory that another procd of the same app and state directory would
// choose too, so that it finds and clears what a killed one left.
std::string cgroup_name(std::string const& app, std::string const& state_path);

// Makes the cgroup (or notes in `with` why there is none), turns its controllers on, and starts the
// guardian; without one procd goes on, and says so. `launcher` is the pid of who waits in front of
// `up -D`, else -1.
void contain(services& with, std::string const& name, int launcher);

} // namespace procd
