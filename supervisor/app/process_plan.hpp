// What an incarnation of a process runs as.
#pragma once

#include "supervisor/core/lifecycle.hpp"
#include "supervisor/core/probe.hpp"
#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/launch.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::app {

// Exchanged as a whole; takes effect at the next start.
struct process_plan {
    int release = 1;     // whose content this is
    std::string command; // as written
    std::vector<std::string> argv;
    std::vector<std::string> environment; // this process's own, all but PROCD_ID
    std::vector<std::shared_ptr<std::vector<std::string> const>> shared_environment; // the rest
    std::string cwd;
    std::optional<unsigned> umask;
    std::optional<os::user_identity> user;
    bool tty = false;
    std::optional<std::uint64_t> open_files;
    os::cgroup_limits limits; // CPU and memory, as far as they can be enforced
    std::optional<int> port;
    bool uses_port = false; // the command names $PORT
    core::lifecycle_settings life;
    core::probe_plan probes;
};

// A command with the plan's environment, directory, user and limits. Borrows the user.
os::launch_request request_of(process_plan const& plan, std::vector<std::string> argv);

} // namespace procd::app
