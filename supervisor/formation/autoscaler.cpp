#include "supervisor/formation/autoscaler.hpp"

#include "procfile/formation.hpp"
#include "supervisor/formation/decision_log.hpp"
#include "supervisor/formation/formation.hpp"
#include "supervisor/os/cpu_reader.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace procd::formation {

namespace autoscale = core::autoscale;
using clock = std::chrono::steady_clock;
using core::process_state;
using core::api::problem;

namespace {

constexpr std::size_t decisions_kept = 100;

std::uint64_t request_m(procfile::type_settings const& s)
{
    return static_cast<std::uint64_t>(std::llround(s.cpu.value_or(1.0) * 1000));
}

autoscale::phase phase_of(process::slot const& p)
{
    if (p.wanted() != core::target::up)
        return autoscale::phase::stopping;
    switch (p.state()) {
    case process_state::up:
        return autoscale::phase::running;
    case process_state::waiting:
    case process_state::starting:
    case process_state::backoff:
        return autoscale::phase::pending;
    case process_state::stopping:
        return autoscale::phase::stopping;
    case process_state::crashed:
    case process_state::stopped:
    case process_state::completed:
        break;
    }
    return autoscale::phase::failed;
}

// A stamp of the wall clock on the steady one. A stamp in the future counts as now.
core::time_point steady(core::wall_time wall)
{
    auto const age = std::chrono::system_clock::now() - wall;
    return clock::now() -
           std::max(std::chrono::duration_cast<clock::duration>(age), clock::duration(0));
}

} // namespace

core::api::outcome<void> autoscaler::set(std::string const& type, autoscale::rule const& rule)
{
    if (rule.min < 1)
        return problem{422, "Bad rule", "min must be 1 or more"};
    if (rule.max < rule.min)
        return problem{422, "Bad rule", "max must not be smaller than min"};
    if (rule.max > procfile::max_count)
        return problem{422, "Bad rule",
                       "max must not be more than " + std::to_string(procfile::max_count)};
    if (rule.percent < 1)
        return problem{422, "Bad rule", "cpu-percent must be 1 or more"};
    auto& t = types_[type];
    t.rule = rule;
    t.decisions.clear();
    with_.events.publish("autoscale", type,
                         type + ": autoscale to " + std::to_string(rule.percent) + " % CPU, " +
                             std::to_string(rule.min) + " to " + std::to_string(rule.max),
                         {{"min", rule.min}, {"max", rule.max}, {"cpu_percent", rule.percent}});
    next_sample_ = clock::now(); // bounds hold at once
    with_.changed.notify();
    return {};
}

void autoscaler::unset(std::string const& type)
{
    types_[type].rule.reset();
    with_.events.publish("autoscale", type, type + ": no autoscaling any more");
    with_.changed.notify();
}

void autoscaler::restore(std::string const& type, std::optional<autoscale::rule> rule,
                         std::optional<core::wall_time> last_rescale)
{
    types_[type].rule = rule;
    types_[type].last_rescale = last_rescale;
}

void autoscaler::restore_rule(std::string const& type, std::optional<autoscale::rule> rule)
{
    types_[type].rule = rule;
}

autoscaler::state const& autoscaler::of(std::string const& type) const
{
    static state const none;
    auto const found = types_.find(type);
    return found == types_.end() ? none : found->second;
}

std::vector<type const*> autoscaler::ruled() const
{
    std::vector<type const*> found;
    for (auto const& t : formation_.types())
        if (!t.dropped && of(t.spec.name).rule)
            found.push_back(&t);
    return found;
}

std::optional<core::time_point> autoscaler::advance(procfile::autoscaler_settings const& settings)
{
    auto const types = ruled();
    if (types.empty() || formation_.stopping()) {
        next_sample_.reset();
        with_.children.keep_strangers(process::reaper::strangers::not_kept);
        return std::nullopt;
    }
    if (!with_.cgroup) // where the kernel does not count the dead
        with_.children.keep_strangers(process::reaper::strangers::kept);
    auto const now = clock::now();
    if (!next_sample_)
        next_sample_ = now;
    next_sample_ = std::min(*next_sample_, now + settings.interval); // a reload may shorten it
    if (now >= *next_sample_) {
        sample(types, settings.window);
        for (auto const* const t : types)
            decide(*t, settings);
        *next_sample_ += settings.interval;
        if (*next_sample_ <= now) // it slept through some
            next_sample_ = now + settings.interval;
    }
    return next_sample_;
}

// One pass for all types that have a rule.
void autoscaler::sample(std::vector<type const*> const& types, std::chrono::milliseconds window)
{
    credit_orphans(types);
    std::vector<process::incarnation*> whose;
    std::vector<os::tree_key> keys;
    for (auto const* const t : types) {
        for (auto const& [n, slot] : t->slots) {
            if (slot->pid() < 0)
                continue;
            whose.push_back(slot->current());
            keys.push_back(slot->current()->all().key());
        }
    }
    auto const readings = os::read_cpu(keys, with_.processes);
    auto const now = clock::now();
    for (std::size_t i = 0; i < whose.size(); ++i)
        whose[i]->use().note(readings[i], whose[i]->all(), now, window);
}

// A process that nobody of its tree waited for: its CPU time would otherwise be procd's own.
void autoscaler::credit_orphans(std::vector<type const*> const& types)
{
    for (auto const& orphan : with_.children.take_strangers())
        for (auto const* const t : types)
            for (auto const& [n, slot] : t->slots)
                if (slot->pid() >= 0)
                    slot->current()->use().credit(orphan, slot->current()->all());
}

void autoscaler::decide(type const& of, procfile::autoscaler_settings const& settings)
{
    std::vector<autoscale::process> processes;
    for (auto const& [n, slot] : of.slots) {
        autoscale::process p;
        p.request_m = request_m(of.spec.settings);
        p.current_phase = phase_of(*slot);
        p.ready = slot->ready();
        p.ready_since = slot->ready_since();
        auto const usage =
            slot->pid() >= 0 ? slot->current()->use().over(settings.window) : std::nullopt;
        if (usage)
            p.measured = autoscale::sample{usage->millicores, usage->at};
        processes.push_back(p);
    }
    auto& t = types_[of.spec.name];
    autoscale::state before;
    if (t.last_rescale)
        before.last_rescale = steady(*t.last_rescale);
    auto const made = autoscale::decide(
        *t.rule,
        {settings.window, settings.tolerance, settings.scale_up_delay, settings.scale_down_delay},
        before, clock::now(), of.wanted, processes);
    t.decisions.push_back({std::chrono::system_clock::now(), made});
    log_decision(with_, of.spec.name,
                 "autoscaler: " + std::to_string(of.wanted) + " to " + std::to_string(made.wanted) +
                     ": " + std::string(autoscale::to_string(made.why)) + ": " + made.reason);
    if (t.decisions.size() > decisions_kept)
        t.decisions.erase(t.decisions.begin());
    if (made.wanted == of.wanted)
        return;
    t.last_rescale = std::chrono::system_clock::now();
    rescaled_ = true;
    auto const text = of.spec.name + " scaled from " + std::to_string(of.wanted) + " to " +
                      std::to_string(made.wanted) + " by the autoscaler: " + made.reason;
    with_.hub.system(text);
    formation_.set_wanted(of.spec.name, made.wanted, origin::autoscaler,
                          {text, {{"condition", autoscale::to_string(made.why)}}});
    formation_.reconcile();
}

} // namespace procd::formation
