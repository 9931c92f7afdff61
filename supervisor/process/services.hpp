// The services that all processes share. There is one object per procd, made by daemon/run_app.
#pragma once

#include "supervisor/loop/agenda.hpp"
#include "supervisor/loop/condition.hpp"
#include "supervisor/loop/end_of_round.hpp"
#include "supervisor/loop/spawner.hpp"
#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/os/listening_ports.hpp"
#include "supervisor/os/port_owner.hpp"
#include "supervisor/os/process_table.hpp"
#include "supervisor/process/guard.hpp"
#include "supervisor/process/kill_batch.hpp"
#include "supervisor/process/reaper.hpp"
#include "supervisor/process/shared_sockets.hpp"

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

// How long procd waits after KILL before it gives a process up.
inline constexpr std::chrono::seconds kill_limit{10};

struct services {
    services(boost::asio::io_context& loop, output::hub& output, output::event_log& log);
    // Makes the next question about /proc read it again.
    void forget_proc()
    {
        processes.drop();
        port_holders.drop();
    }

    boost::asio::io_context& io;
    output::hub& hub;
    output::event_log& events;
    loop::spawner tasks;     // starts coroutines, and reports those that an exception has ended
    loop::agenda looks;      // those who have to look at their facts again, above all the slots
    loop::condition changed; // notified when a fact changes that the supervisor or a client awaits

    // One look at /proc is shared by everything that runs in one round of the loop.
    loop::end_of_round seen_in_proc;
    os::process_table processes;
    os::port_holders port_holders;
    kill_batch kills;

    reaper children;
    guard guardian;
    std::optional<os::cgroup_tree> cgroup; // absent: containment by PROCD_ID
    std::string no_cgroup_reason;
    std::optional<std::string> limits_not_enforced; // why CPU and memory limits are not enforced
    std::string run_id;                             // the first part of each PROCD_ID of this procd
    std::optional<std::pair<std::uint64_t, std::uint64_t>> original_nofile; // soft and hard limit
    os::listening_ports ports;
    shared_sockets sockets;
    // A process that does not open its port for so long is named.
    std::chrono::milliseconds port_patience{30'000};
    os::window_size window; // the size of procd's terminal
    // The size of a process's terminal: procd's own without the columns of the prefix.
    os::window_size window_of_processes() const;

    bool hurried = false; // the user does not wait: all processes end at once, in no order
    int errands = 0;      // how many commands run beside the processes
};

// Sixteen random hexadecimal digits that nobody can guess. A PROCD_ID has two such parts.
std::string random_hex();
// A new PROCD_ID: the run_id of this procd and a part that no other launch has.
std::string new_procd_id(services const& with);

} // namespace procd::process
