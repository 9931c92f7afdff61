// The plan of a process: everything its next incarnation is started with.
#pragma once

#include "procfile/listen_address.hpp"
#include "supervisor/core/lifecycle.hpp"
#include "supervisor/core/probe.hpp"
#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/launch.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::app {

// A plan is replaced as a whole, and takes effect at the next start.
struct process_plan {
    int release = 1;     // the release that this plan belongs to
    std::string command; // as written
    std::vector<std::string> argv;
    std::vector<std::string> environment; // variables of this process alone, without PROCD_ID
    std::vector<std::shared_ptr<std::vector<std::string> const>> shared_environment; // the others
    std::string cwd;
    std::optional<unsigned> umask;
    std::optional<os::user_identity> user;
    bool tty = false;
    os::stdin_kind input = os::stdin_kind::null; // without `tty`
    std::optional<std::uint64_t> open_files;
    os::cgroup_limits limits; // CPU and memory, as far as they can be enforced
    std::optional<int> port;
    bool uses_port = false; // the command names $PORT
    // The addresses whose listening sockets the process gets itself, and the name by which it finds
    // each (LISTEN_FDNAMES).
    struct socket {
        procfile::listen_address address;
        std::string name;
    };
    std::vector<socket> sockets;
    core::lifecycle_settings life;
    core::probe_plan probes;
    bool readiness_is_implied = false; // by the front port; the type declares no probe
};

// A request to launch `argv` with the environment, directory, user and limits of the plan. The
// request borrows the user, so the plan must outlive it. The sockets are for the process alone, and
// not for commands beside it.
os::launch_request request_of(process_plan const& plan, std::vector<std::string> argv);

} // namespace procd::app
