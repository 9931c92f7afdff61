// Replacing the processes of a type one after the other: core::rollout says which is next, this
// does it and looks at the clock.
#include "supervisor/core/duration.hpp"
#include "supervisor/core/rollout.hpp"
#include "supervisor/daemon/supervisor.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"

#include <algorithm>

namespace procd::daemon {

using clock = std::chrono::steady_clock;
using core::process_state;

namespace {

constexpr std::size_t lines_of_a_failure = 10;

// Without a probe nothing but time tells that a process works.
std::chrono::milliseconds min_ready(procfile::type_settings const& s)
{
    using namespace std::chrono_literals;
    return s.rollout.min_ready.value_or(s.readiness ? 0ms : 2000ms);
}

// How long nothing may become available: as the type says, and what a start, its trial and a stop
// may take.
std::chrono::milliseconds patience(process::slot const& p, procfile::type_settings const& s)
{
    core::probe_plan const probes{s.startup, s.readiness, s.liveness};
    auto all = s.rollout.progress_deadline + core::startup_allowance(probes) + min_ready(s);
    if (p.state() == process_state::stopping)
        all += p.stop_timeout() + core::lifecycle::kill_patience;
    return all;
}

void earlier(std::optional<core::time_point>& to, core::time_point at)
{
    to = to ? std::min(*to, at) : at;
}

} // namespace

supervisor::run_ptr supervisor::begin_rollout(type_state& type, std::optional<std::set<int>> only,
                                              bool by_content)
{
    if (type.roll && !type.roll->done)
        finish(*type.roll, false, type.spec.name + ": another restart has taken over");
    auto const run = std::make_shared<rollout_run>();
    run->type = type.spec.name;
    run->only = std::move(only);
    run->by_content = by_content;
    run->progressed = clock::now();
    for (auto const& [n, slot] : type.slots)
        run->all += slot->wanted() == core::target::up && (!run->only || run->only->contains(n));
    type.roll = run;
    with_.changed.notify();
    return run;
}

std::optional<core::time_point> supervisor::advance_rollouts()
{
    std::optional<core::time_point> deadline;
    for (auto& type : types_) {
        if (!type.roll || type.roll->done)
            continue;
        if (stopping_)
            finish(*type.roll, false, "procd is stopping the app");
        else if (auto const at = advance(type))
            earlier(deadline, *at);
    }
    return deadline;
}

// Whether the slot runs, or is about to run, as the rollout wants it.
bool supervisor::fresh(type_state const& type, process::slot const& slot) const
{
    auto const& run = *type.roll;
    bool const same = run.by_content && slot.release() == type.release && slot.pid() >= 0;
    return same || run.fresh.contains(slot.id().instance);
}

// The next step, and when to look again without any change.
std::optional<core::time_point> supervisor::advance(type_state& type)
{
    auto& run = *type.roll;
    auto const now = clock::now();
    for (;;) {
        std::optional<core::time_point> deadline;
        std::vector<core::rollout::member> there;
        process::slot const* slowest = nullptr;
        int wanted = 0, ready = 0;
        for (auto const& [n, slot] : type.slots) {
            if (slot->wanted() != core::target::up || (run.only && !run.only->contains(n)))
                continue;
            ++wanted;
            bool const is_new = fresh(type, *slot);
            auto const replaced = run.fresh.find(n);
            bool const terminating =
                replaced != run.fresh.end() && slot->settled_generation() < replaced->second;
            // What runs already has nothing to prove: a restart soon after a start takes no more
            // away.
            auto const trial =
                is_new ? min_ready(type.spec.settings) : std::chrono::milliseconds(0);
            bool const available =
                !terminating && (slot->state() == process_state::completed ||
                                 core::rollout::available(slot->ready_since(), trial, now));
            ready += is_new && available;
            if (is_new && !available && !slowest)
                slowest = slot.get();
            if (terminating)
                continue; // counts nowhere; its replacement starts by itself
            if (!available && slot->ready_since())
                earlier(deadline, *slot->ready_since() + trial);
            there.push_back({n, is_new, available});
        }
        if (ready != run.ready || wanted != run.all) {
            run.progressed = ready > run.ready ? now : run.progressed;
            run.ready = ready;
            run.all = wanted;
            with_.changed.notify();
        }
        auto const step = core::rollout::next({wanted, 0, 1}, there);
        if (std::holds_alternative<core::rollout::done>(step)) {
            finish(run, true, type.spec.name + " is restarted");
            return std::nullopt;
        }
        if (auto const* stop = std::get_if<core::rollout::stop>(&step)) {
            for (int const n : stop->instances) {
                auto& slot = *type.slots.at(n);
                slot.replace();
                run.fresh[n] = slot.generation();
            }
            run.progressed = now;
            continue;
        }
        bool const settled = slowest && slowest->settled_generation() == slowest->generation();
        if (settled && slowest->state() == process_state::crashed) {
            give_up(type, slowest->id().str() + " has given up");
            return std::nullopt;
        }
        if (slowest) {
            auto const limit = run.progressed + patience(*slowest, type.spec.settings);
            if (now >= limit) {
                give_up(type, slowest->id().str() + " was not ready within " +
                                  core::duration_text(patience(*slowest, type.spec.settings)));
                return std::nullopt;
            }
            earlier(deadline, limit);
        }
        return deadline;
    }
}

// Names what did not become ready, with its last words.
void supervisor::give_up(type_state& type, std::string const& why)
{
    auto& run = *type.roll;
    auto text = why;
    for (auto const& [n, slot] : type.slots) {
        if (!why.starts_with(slot->id().str() + ' '))
            continue;
        if (auto const found = slot->not_ready_because(); !found.empty())
            text += ": " + found;
        run.lines = slot->last_lines(lines_of_a_failure);
        if (run.lines.empty() && slot->pid() < 0)
            run.lines = slot->lines_of_last_exit();
    }
    with_.events.publish("rollout_failed", type.spec.name, text);
    if (run.unattended)
        with_.hub.system("restart failed: " + text);
    finish(run, false, text);
}

void supervisor::finish(rollout_run& run, bool ok, std::string message)
{
    run.done = true;
    run.ok = ok;
    run.message = std::move(message);
    note_change();
}

} // namespace procd::daemon
