// What every process needs of its surroundings: one of each per procd, made by daemon/run_app.
#pragma once

#include "supervisor/loop/agenda.hpp"
#include "supervisor/loop/condition.hpp"
#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/os/listening_ports.hpp"
#include "supervisor/process/guard.hpp"
#include "supervisor/process/reaper.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace procd::output {
class event_log;
class hub;
} // namespace procd::output

namespace procd::process {

// How long KILL is given to end something before it is left alone.
inline constexpr std::chrono::seconds kill_limit{10};

struct services {
    services(boost::asio::io_context& loop, output::hub& output, output::event_log& log)
        : io(loop), hub(output), events(log), looks(loop), changed(loop),
          guardian(children, output, log)
    {
    }

    boost::asio::io_context& io;
    output::hub& hub;
    output::event_log& events;
    loop::agenda looks;      // of the slots at their facts
    loop::condition changed; // a fact that the supervisor or a client may be waiting for

    reaper children;
    guard guardian;
    std::optional<os::cgroup_tree> cgroup; // absent: containment by PROCD_ID
    std::string no_cgroup_reason;
    std::optional<std::string> limits_not_enforced; // why CPU and memory limits are not
    std::string run_id;                             // every PROCD_ID of this procd begins so
    std::optional<std::pair<std::uint64_t, std::uint64_t>> original_nofile; // soft and hard
    os::listening_ports ports;
    os::window_size window; // of procd's terminal

    bool hurried = false; // everything ends at once, whatever depends on it: the user does not wait
    int errands = 0;      // commands beside the processes that are under way
};

// Sixteen hexadecimal digits that nobody can guess: the parts of PROCD_ID.
std::string random_hex();
// A PROCD_ID of this procd that no other start has.
std::string new_procd_id(services const& with);

} // namespace procd::process
