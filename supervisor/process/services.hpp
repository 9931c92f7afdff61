// What every process needs of its surroundings: one per procd, made in daemon/app.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/loop/agenda.hpp"
#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/guardian.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/os/listening_ports.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace procd::output {
class event_log;
class hub;
} // namespace procd::output

namespace procd::process {

class slot;

// How long KILL is given to end something before it is left alone.
inline constexpr std::chrono::seconds kill_limit{10};

struct services {
    services(boost::asio::io_context& loop, output::hub& output, output::event_log& log)
        : io(loop), hub(output), events(log), looks(loop)
    {
    }

    boost::asio::io_context& io;
    output::hub& hub;
    output::event_log& events;
    loop::agenda looks; // of the processes at their facts

    std::optional<os::cgroup_tree> cgroup; // none: containment by PROCD_ID
    std::string no_cgroup_reason;
    std::optional<std::string> limits_not_enforced; // why CPU and memory limits are not
    std::optional<os::guardian> guardian;
    os::guardian_settings guardian_settings;
    std::string run_id; // every PROCD_ID of this procd begins so
    std::optional<std::pair<std::uint64_t, std::uint64_t>> original_nofile;
    os::listening_ports ports;
    os::window_size window; // of procd's terminal

    // Filled in by the supervisor.
    std::function<void()> changed;             // something a client may be waiting for
    std::function<bool(int)> may_have_orphans; // os::orphans about an ended child
    // Who is told of the end of this child, which it then reaps; null: nobody any more.
    using child_watch = std::function<void(core::exit_status const&)>;
    std::function<void(int, child_watch)> watch_child;
    std::function<void(slot&, core::exit_status const&)> ended_by_itself;
    // A slot is not wanted any more and everything of it is gone, or it failed; it is not destroyed
    // from inside this call.
    std::function<void(slot&, std::exception_ptr)> slot_over;
    bool hurried = false; // all at once, whoever needs whom: the user does not wait
    int errands = 0;      // commands beside the processes that are under way; see errand.hpp
};

} // namespace procd::process
