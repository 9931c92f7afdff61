// The words and figures of a slot for people and clients: how it ended, who sits on its port.
#include "supervisor/core/closed_port.hpp"
#include "supervisor/core/duration.hpp"
#include "supervisor/core/release.hpp"
#include "supervisor/os/proc_fs.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/process/slot.hpp"

#include <utility>

namespace procd::process {

using clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t lines_kept_of_an_end = 10;

} // namespace

void slot::say(std::string const& text, output::level l) const
{
    with_.hub.message(*lines_, text, l);
}

// Said once for each release: the process runs all the same.
void slot::say_limits()
{
    auto const& problem = current_->limits_problem();
    if (problem && std::exchange(limits_said_, plan_.release) != plan_.release)
        say("warning: its limits are not enforced: " + *problem, output::level::warn);
}

void slot::say_port(std::optional<os::port_holder> const& holder)
{
    if (!plan_.port)
        return;
    auto const text = ports_.warning(holder, *plan_.port);
    if (!text)
        return;
    say("warning: its port " + *text, output::level::warn);
    with_.events.publish("port_in_use", name(), "port " + *text,
                         {{"port", *plan_.port}, {"pid", holder->pid}});
}

// The ports are looked for only at this moment.
void slot::say_closed_port(std::chrono::milliseconds for_how_long)
{
    auto text = "has not opened its port " + std::to_string(*plan_.port) + " for " +
                core::duration_text(for_how_long);
    auto const others = core::other_ports_text(current_->open_ports());
    text += "; " + (others.empty() ? "it should listen on $PORT" : others);
    say(text, output::level::warn);
    with_.events.publish("port_closed", name(), name() + ' ' + text, {{"port", *plan_.port}});
}

// Said once for each end, after the lifecycle has decided what comes next.
void slot::say_exit()
{
    auto report = end_.take_report(life_.status(), last_lines(lines_kept_of_an_end));
    say(report.text);
    with_.events.publish("exited", name(), name() + ' ' + report.text, std::move(report.facts));
    if (!report.asked) {
        unasked_end_ = {*end_.exit(), life_.found(), life_.status().ends_app};
        with_.changed.notify();
    }
}

// KILL has not ended it: another user's, or asleep in the kernel.
void slot::abandon()
{
    gave_up_ = true;
    for (int const pid : current_->abandon()) {
        with_.children.spare(pid); // named once
        auto const text = "could not be killed and is left alone: pid " + std::to_string(pid) +
                          ' ' + os::command_line(pid);
        say(text, output::level::error);
        with_.events.publish("unkillable", name(), name() + ' ' + text, {{"pid", pid}});
    }
}

std::vector<std::string> slot::last_lines(std::size_t most) const
{
    return with_.hub.last_lines(*lines_, most);
}

std::vector<std::string> slot::lines_of_last_exit() const
{
    return end_.view() ? end_.view()->last_lines : std::vector<std::string>{};
}

std::string slot::not_ready_because() const
{
    if (current_ && current_->probes())
        for (auto const kind : {core::probe_kind::startup, core::probe_kind::readiness})
            if (auto const found = current_->probes()->last_found(kind); !found.empty())
                return std::string(procfile::to_string(kind)) + " probe: " + found;
    bool const of_this_start = pid() < 0 || life_.status().restarts > 0;
    return end_.view() && of_this_start ? end_.view()->description : "";
}

void slot::measure(core::api::process_view& v) const
{
    if (pid() >= 0)
        current_->measure(v);
}

core::api::process_view slot::view() const
{
    core::api::process_view v;
    v.name = name();
    v.type = id_.type;
    v.instance = id_.instance;
    v.state = core::to_string(state());
    v.ready = ready();
    v.release = core::release_name(plan_.release);
    v.incarnation = incarnations_;
    v.restarts = life_.status().restarts;
    v.port = plan_.port;
    if (shown_pid_ < 0)
        return v;
    v.pid = shown_pid_;
    v.started_at = current_->started_wall();
    return v;
}

core::api::process_detail slot::detail() const
{
    core::api::process_detail d;
    d.process = view();
    measure(d.process);
    d.command = plan_.command;
    d.args = plan_.argv;
    d.cwd = plan_.cwd;
    if (plan_.user)
        d.user = plan_.user->name;
    if (current_ && current_->all().leaf())
        d.cgroup = current_->all().leaf().path();
    if (current_)
        d.listening = current_->listening();
    if (auto const at = life_.status().next_attempt)
        d.next_attempt =
            std::chrono::system_clock::now() +
            std::chrono::duration_cast<std::chrono::system_clock::duration>(*at - clock::now());
    d.last = end_.view();
    d.stop_timeout_ms = static_cast<std::uint64_t>(plan_.life.stop_timeout.count());
    d.stop_signal = procfile::signal_name(plan_.life.stop_signal);
    d.restart = procfile::to_string(plan_.life.restart);
    d.max_restarts = plan_.life.max_restarts;
    if (auto why = not_ready_because(); !ready() && !why.empty())
        d.not_ready = std::move(why);
    if (d.not_ready && pid() >= 0 && current_->probes() && current_->probes()->port_is_closed())
        if (auto const others = core::other_ports_text(current_->open_ports()); !others.empty())
            *d.not_ready += "; " + others;
    return d;
}

} // namespace procd::process
