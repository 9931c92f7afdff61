// Runs the probes of one incarnation when they are due, with one coroutine for each probe, and
// reports changes. core::health decides what a result means.
#pragma once

#include "supervisor/core/probe.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/process/ports.hpp"
#include "supervisor/process/probe_action.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace procd::process {

struct services;

// The facts of an incarnation that its probes need.
struct probe_target {
    std::string name; // of the process
    core::probe_plan plan;
    std::optional<int> port;
    // The others who held the port before the start. What they answer is no answer of the process.
    std::optional<held_port> held;
    // Makes a command with the environment, directory and limits of the process, but outside its
    // cgroup.
    std::function<os::launch_request(std::vector<std::string> argv)> command;
};

// Called with the news of the probes.
struct probe_news {
    // The health of the incarnation has changed; the probe and its last finding.
    std::function<void(core::probe_kind, std::string const& found)> changed;
    // The process has not opened its port for long: called once.
    std::function<void(std::chrono::milliseconds for_how_long)> port_stays_closed;
};

class prober {
public:
    // The first runs begin at once.
    prober(services& with, probe_target target, probe_news news);
    // Ends every run that is under way. Nothing of `news` is called any more.
    ~prober();

    core::health const& health() const;
    // The finding of the last run of a probe that is not well; empty otherwise.
    std::string last_found(core::probe_kind kind) const;
    // Nobody listened on the process's own port when a probe connected to it last.
    bool port_is_closed() const;

private:
    struct state;
    static boost::asio::awaitable<void> watch(std::shared_ptr<state> s, core::probe_kind kind);
    static boost::asio::awaitable<void> turn(std::shared_ptr<state> s, core::probe_kind kind,
                                             std::optional<core::time_point> not_before);
    static boost::asio::awaitable<probe_answer> ask_safely(std::shared_ptr<state> s,
                                                           core::probe_kind kind);
    static boost::asio::awaitable<probe_answer> ask(std::shared_ptr<state> s,
                                                    core::probe_kind kind);
    static void note_port(state& s, core::probe_kind kind, probe_answer const& answer);
    std::shared_ptr<state> state_;
};

} // namespace procd::process
