// What daemon/process tells people: how it ended, who sits on its port, what it uses.
#include "supervisor/core/duration.hpp"
#include "supervisor/os/proc_fs.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/process/slot.hpp"

#include <algorithm>

namespace procd::process {

using clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t lines_kept_of_an_end = 10;

} // namespace

// "exited with code 137, out of memory: the kernel killed a process of it": a shell that outlives
// the command it ran says so only by its code.
std::string slot::end_text(core::exit_status const& status) const
{
    auto text = core::describe(status);
    if (oom_kills_ == 0 || std::holds_alternative<core::oom_killed>(status))
        return text;
    return text + ", out of memory: the kernel killed " +
           (oom_kills_ == 1 ? "a process" : std::to_string(oom_kills_) + " processes") + " of it";
}

// Said once for each end, after the lifecycle has decided what comes next.
void slot::say_exit()
{
    exit_unsaid_ = false;
    last_exit_view_->last_lines = last_lines(lines_kept_of_an_end);
    auto text = last_exit_view_->description;
    auto const& status = life_.status();
    bool const asked = std::exchange(end_was_asked_, false);
    std::vector<output::event_fact> facts;
    facts.reserve(4);
    facts.emplace_back("uptime_ms", last_exit_view_->uptime_ms);
    if (last_exit_view_->code)
        facts.emplace_back("code", *last_exit_view_->code);
    if (last_exit_view_->signal)
        facts.emplace_back("signal", *last_exit_view_->signal);
    if (!asked) {
        auto const up = std::chrono::milliseconds(last_exit_view_->uptime_ms);
        if (!std::holds_alternative<core::never_started>(*last_exit_))
            text += " (up " + core::duration_text(up) + ")";
        if (status.state == core::process_state::starting)
            text += ", restarting";
        if (status.next_attempt) {
            auto const delay =
                std::chrono::ceil<std::chrono::milliseconds>(*status.next_attempt - *exit_at_);
            text += ", restarting in " + core::duration_text(delay);
            facts.emplace_back("restart_in_ms", delay.count());
        }
    }
    with_.hub.message(*source_, text);
    with_.events.publish("exited", name(), name() + ' ' + text, std::move(facts));
    if (!asked)
        with_.ended_by_itself(*this, *last_exit_);
}

std::vector<std::string> slot::last_lines(std::size_t most) const
{
    return with_.hub.last_lines(*source_, most);
}

std::string slot::not_ready_because() const
{
    if (prober_)
        for (auto const kind : {core::probe_kind::startup, core::probe_kind::readiness})
            if (auto const found = prober_->last_found(kind); !found.empty())
                return std::string(procfile::to_string(kind)) + " probe: " + found;
    bool const of_this_start = pid_ < 0 || life_.status().restarts > 0;
    return last_exit_view_ && of_this_start ? last_exit_view_->description : "";
}

std::optional<os::port_holder> slot::port_taken_by() const
{
    if (!plan_.port || !with_.ports.may_be_taken(*plan_.port, clock::now()) ||
        !os::port_taken(*plan_.port))
        return std::nullopt;
    return os::find_port_holder(*plan_.port);
}

// The command is started all the same: it may well use another port, or the holder may go.
void slot::warn_about_port(std::optional<os::port_holder> const& holder)
{
    auto const warned = std::exchange(warned_holder_, holder ? holder->pid : 0);
    if (!holder || holder->pid == warned)
        return;
    std::string who = holder->pid > 0 ? "pid " + std::to_string(holder->pid) : "another process";
    if (!holder->command.empty())
        who += " (" + holder->command + ')';
    with_.hub.message(*source_,
                      "warning: its port " + std::to_string(*plan_.port) + " is in use by " + who);
    with_.events.publish("port_in_use", name(),
                         "port " + std::to_string(*plan_.port) + " is in use by " + who,
                         {{"port", *plan_.port}, {"pid", holder->pid}});
}

// Every live process of the incarnation.
std::vector<int> slot::members() const
{
    std::vector<int> pids;
    if (pid_ < 0)
        return pids;
    pids.push_back(pid_);
    for (auto const& member : os::tree_members(key()))
        pids.push_back(member.pid);
    return pids;
}

std::optional<bool> slot::listening() const
{
    if (!plan_.uses_port || !plan_.port || pid_ < 0)
        return std::nullopt;
    return os::listens_on(members(), *plan_.port);
}

void slot::measure(core::api::process_view& v) const
{
    if (pid_ < 0)
        return;
    auto const now = clock::now();
    if (usage_.incarnation != incarnation_)
        usage_ = {incarnation_, started_, 0, 0, 0};
    if (usage_.memory == 0 || now - usage_.at >= std::chrono::seconds(1)) {
        usage seen{incarnation_, now, 0, 0, 0};
        auto const counted = leaf_ ? leaf_.cpu_microseconds() : 0;
        seen.cpu_microseconds = counted - std::min(counted, cpu_base_);
        seen.memory = leaf_ ? leaf_.memory_bytes() : 0;
        if (seen.cpu_microseconds == 0 || seen.memory == 0)
            add_members(seen);
        auto const span = std::chrono::duration_cast<std::chrono::microseconds>(now - usage_.at);
        if (span.count() > 0 && seen.cpu_microseconds >= usage_.cpu_microseconds)
            seen.millicores = 1000 * (seen.cpu_microseconds - usage_.cpu_microseconds) /
                              static_cast<std::uint64_t>(span.count());
        usage_ = seen;
    }
    v.cpu_millicores = usage_.millicores;
    v.memory_bytes = usage_.memory;
}

void slot::note_cpu(os::tree_cpu const& reading, core::time_point now,
                    std::chrono::milliseconds window)
{
    if (!reading.used_us || pid_ < 0)
        return cpu_.note(std::nullopt, window);
    cpu_members_ = reading.members;
    auto const used = *reading.used_us - std::min(*reading.used_us, cpu_base_) + cpu_of_orphans_;
    most_cpu_ = std::max(most_cpu_, used);
    cpu_.note(core::cpu_reading{incarnation_, now, most_cpu_}, window);
}

std::optional<core::cpu_usage> slot::cpu_usage(std::chrono::milliseconds window) const
{
    return pid_ < 0 ? std::nullopt : cpu_.usage(window);
}

// Known from the last reading, or by its session; with a cgroup that has counted it already.
bool slot::credit(int pid, std::uint64_t cpu_us)
{
    if (leaf_ || pid_ < 0)
        return false;
    bool known = std::find(cpu_members_.begin(), cpu_members_.end(), pid) != cpu_members_.end();
    if (!known) {
        auto const stat = os::read_stat(pid);
        known = stat && stat->session == leader_;
    }
    if (known)
        cpu_of_orphans_ += cpu_us;
    return known;
}

// What the cgroup does not say is summed over the live processes.
void slot::add_members(usage& seen) const
{
    bool const no_cpu = seen.cpu_microseconds == 0, no_memory = seen.memory == 0;
    for (int const pid : members()) {
        if (no_cpu)
            seen.cpu_microseconds += os::cpu_microseconds(pid);
        if (no_memory)
            seen.memory += os::resident_bytes(pid);
    }
}

} // namespace procd::process
