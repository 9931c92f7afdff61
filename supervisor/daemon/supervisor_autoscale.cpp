// The autoscaler's part of the supervisor: readings, decisions, and what clients see of them. What
// a decision is made of is core::autoscale's.
#include "supervisor/daemon/supervisor.hpp"
#include "supervisor/os/cpu_reader.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"

#include <algorithm>
#include <cmath>

namespace procd::daemon {

namespace autoscale = core::autoscale;
using clock = std::chrono::steady_clock;
using core::process_state;
using core::api::outcome;
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

// A stamp of the wall clock on the steady one; a time to come is now.
core::time_point steady(core::wall_time wall)
{
    auto const age = std::chrono::system_clock::now() - wall;
    return clock::now() -
           std::max(std::chrono::duration_cast<clock::duration>(age), clock::duration(0));
}

autoscale::settings settings_of(procfile::autoscaler_settings const& s)
{
    return {s.window, s.tolerance, s.scale_up_delay, s.scale_down_delay};
}

} // namespace

// Samples and decides when that is due; when it will be due again. Nothing without a rule.
std::optional<core::time_point> supervisor::advance_autoscaler()
{
    bool const any = std::any_of(types_.begin(), types_.end(),
                                 [](auto const& t) { return t.rule && !t.dropped; });
    if (!any || stopping_) {
        next_sample_.reset();
        with_.children.keep_strangers(process::reaper::strangers::not_kept);
        return std::nullopt;
    }
    auto const now = clock::now();
    auto const interval = current_->app.spec.settings.autoscale.interval;
    if (!next_sample_)
        next_sample_ = now;
    if (!with_.cgroup)
        with_.children.keep_strangers(process::reaper::strangers::kept);
    if (now >= *next_sample_) {
        sample();
        for (auto& t : types_)
            if (t.rule && !t.dropped)
                decide(t);
        *next_sample_ += interval;
        if (*next_sample_ <= now) // it slept through some
            next_sample_ = now + interval;
    }
    return next_sample_;
}

// One pass for all types that have a rule.
void supervisor::sample()
{
    credit_orphans();
    auto const window = current_->app.spec.settings.autoscale.window;
    std::vector<process::incarnation*> whose;
    std::vector<os::tree_key> keys;
    for (auto const& t : types_) {
        if (!t.rule || t.dropped)
            continue;
        for (auto const& [n, slot] : t.slots) {
            if (slot->pid() < 0)
                continue;
            whose.push_back(slot->current());
            keys.push_back(slot->current()->all().key());
        }
    }
    auto const readings = os::read_cpu(keys);
    auto const now = clock::now();
    for (std::size_t i = 0; i < whose.size(); ++i)
        whose[i]->use().note(readings[i], whose[i]->all(), now, window);
}

void supervisor::decide(type_state& t)
{
    auto const& s = current_->app.spec.settings.autoscale;
    std::vector<autoscale::process> processes;
    for (auto const& [n, slot] : t.slots) {
        autoscale::process p;
        p.request_m = request_m(t.spec.settings);
        p.what = phase_of(*slot);
        p.ready = slot->ready();
        p.ready_since = slot->ready_since();
        auto const usage = slot->pid() >= 0 ? slot->current()->use().over(s.window) : std::nullopt;
        if (usage)
            p.measured = autoscale::sample{usage->millicores, usage->at};
        processes.push_back(p);
    }
    autoscale::state before;
    if (t.last_rescale)
        before.last_rescale = steady(*t.last_rescale);
    auto const made =
        autoscale::decide(*t.rule, settings_of(s), before, clock::now(), t.wanted, processes);
    t.decisions.push_back({std::chrono::system_clock::now(), made});
    if (t.decisions.size() > decisions_kept)
        t.decisions.erase(t.decisions.begin());
    if (made.wanted == t.wanted)
        return;
    t.last_rescale = std::chrono::system_clock::now();
    auto const from = std::exchange(t.wanted, made.wanted);
    auto const text = t.spec.name + " scaled from " + std::to_string(from) + " to " +
                      std::to_string(made.wanted) + " by the autoscaler: " + made.reason;
    with_.hub.system(text);
    with_.events.publish("scaled", t.spec.name, text,
                         {{"from", from},
                          {"to", made.wanted},
                          {"origin", "autoscaler"},
                          {"condition", autoscale::to_string(made.why)}});
    reconcile(t);
    keep();
    note_change();
}

// A process that nobody of its tree waited for: its CPU time would otherwise be procd's own.
void supervisor::credit_orphans()
{
    for (auto const& orphan : with_.children.take_strangers())
        for (auto const& t : types_)
            for (auto const& [n, slot] : t.slots)
                if (t.rule && slot->pid() >= 0)
                    slot->current()->use().credit(orphan, slot->current()->all());
}

outcome<control::control_api::goal> supervisor::set_autoscale(std::string const& name,
                                                              autoscale::rule const& rule)
{
    if (auto const no = refusal())
        return *no;
    auto* t = type(name);
    if (!t)
        return unknown(name);
    if (rule.min < 1)
        return problem{422, "Bad rule", "min must be 1 or more"};
    if (rule.max < rule.min)
        return problem{422, "Bad rule", "max must not be smaller than min"};
    if (rule.max > procfile::max_count)
        return problem{422, "Bad rule",
                       "max must not be more than " + std::to_string(procfile::max_count)};
    if (rule.percent < 1)
        return problem{422, "Bad rule", "cpu-percent must be 1 or more"};
    t->rule = rule;
    t->decisions.clear();
    with_.events.publish("autoscale", name,
                         name + ": autoscale to " + std::to_string(rule.percent) + " % CPU, " +
                             std::to_string(rule.min) + " to " + std::to_string(rule.max),
                         {{"min", rule.min}, {"max", rule.max}, {"cpu_percent", rule.percent}});
    next_sample_ = clock::now(); // bounds hold at once
    keep();
    note_change();
    return durably(at_once(name + " is autoscaled", unreachable_target(*t)));
}

outcome<control::control_api::goal> supervisor::unset_autoscale(std::string const& name)
{
    if (auto const no = refusal())
        return *no;
    auto* t = type(name);
    if (!t)
        return unknown(name);
    if (!t->rule)
        return problem{409, "No rule", name + " has no autoscale rule"};
    t->rule.reset();
    with_.events.publish("autoscale", name, name + ": no autoscaling any more");
    keep();
    note_change();
    return durably(at_once(name + " is not autoscaled any more", {}));
}

// A process that may not use as much as the rule aims at never gets there.
std::vector<std::string> supervisor::unreachable_target(type_state const& t) const
{
    auto const& s = t.spec.settings;
    auto const target = s.cpu.value_or(1.0) * t.rule->percent / 100;
    if (!s.limits.cpu || *s.limits.cpu >= target)
        return {};
    return {"the CPU limit of " + t.spec.name + " is below its request times " +
            std::to_string(t.rule->percent) + " %: the target cannot be reached"};
}

// What has been done when the answer is given.
control::control_api::goal supervisor::at_once(std::string message,
                                               std::vector<std::string> warnings)
{
    core::api::progress done;
    done.done = done.ok = true;
    done.message = std::move(message);
    done.warnings = std::move(warnings);
    return goal{[done] { return done; }, {}};
}

std::vector<core::api::autoscale_view> supervisor::autoscale_rules() const
{
    std::vector<core::api::autoscale_view> views;
    for (auto const& t : types_)
        if (t.rule && !t.dropped)
            views.push_back({t.spec.name, t.rule->min, t.rule->max, t.rule->percent});
    std::sort(views.begin(), views.end(),
              [](auto const& a, auto const& b) { return a.type < b.type; });
    return views;
}

outcome<std::vector<core::api::decision_view>>
supervisor::autoscale_decisions(std::string const& name) const
{
    auto const* t = type(name);
    if (!t)
        return unknown(name);
    std::vector<core::api::decision_view> views;
    for (auto const& [at, d] : t->decisions) {
        core::api::decision_view v;
        v.time = at;
        v.condition = std::string(autoscale::to_string(d.why));
        v.reason = d.reason;
        v.from = d.seen.wanted;
        v.to = d.wanted;
        v.min = d.seen.limits.min;
        v.max = d.seen.limits.max;
        v.target_percent = d.seen.limits.percent;
        v.ready = d.seen.ready;
        v.unready = d.seen.unready;
        v.missing = d.seen.missing;
        v.usage_millicores = d.seen.usage_m;
        v.request_millicores = d.seen.request_m;
        v.utilization = d.seen.utilization;
        v.rebalanced = d.seen.rebalanced;
        v.raw = d.seen.raw;
        v.proposed = d.seen.proposed;
        views.push_back(std::move(v));
    }
    return views;
}

} // namespace procd::daemon
