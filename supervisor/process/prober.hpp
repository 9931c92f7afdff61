// Looks after one incarnation: runs its probes when they are due, one coroutine a probe, and tells
// its process what they found. What a result means is core::health's.
#pragma once

#include "supervisor/core/probe.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/process/probe_action.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace procd::process {

struct services;

// What the probes of an incarnation need to know of it.
struct probe_target {
    std::string name; // of the process
    core::probe_plan plan;
    std::optional<int> port;
    // A command in the process's environment, directory and limits, outside its cgroup.
    std::function<os::launch_request(std::vector<std::string> argv)> command;
};

class prober {
public:
    // Calls `changed` whenever the incarnation is seen as something else, with the probe and what
    // it found last. The first runs begin at once.
    prober(services& with, probe_target target,
           std::function<void(core::probe_kind, std::string const& found)> changed);
    // Ends every run that is under way; nothing is called any more.
    ~prober();

    core::health const& health() const;
    // What the last run of a probe that is there and not well has found.
    std::string last_found(core::probe_kind kind) const;

private:
    struct state;
    static boost::asio::awaitable<void> watch(std::shared_ptr<state> s, core::probe_kind kind);
    static boost::asio::awaitable<probe_answer> ask(std::shared_ptr<state> s,
                                                    core::probe_kind kind);
    std::shared_ptr<state> state_;
};

} // namespace procd::process
