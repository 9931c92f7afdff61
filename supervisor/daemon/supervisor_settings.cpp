// What is set by command for a type: limits and probes. Each change is a release.
#include "supervisor/core/probe_text.hpp"
#include "supervisor/daemon/supervisor.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace procd::daemon {

using core::api::outcome;
using core::api::problem;
using procfile::probe_kind;

namespace {

constexpr std::array kinds{probe_kind::startup, probe_kind::readiness, probe_kind::liveness};

} // namespace

core::api::limits_view supervisor::limits_of(type_state const& t) const
{
    auto const& s = t.spec.settings;
    core::api::limits_view v;
    v.type = t.spec.name;
    v.request = s.cpu.value_or(1.0);
    v.cpu = s.limits.cpu;
    v.memory = s.limits.memory;
    v.open_files = s.limits.open_files;
    if (v.cpu || v.memory) {
        v.reason = with_.limits_not_enforced;
        for (auto const& [n, slot] : t.slots)
            if (auto const* now = slot->current(); !v.reason && now && now->limits_problem())
                v.reason = slot->id().str() + ": " + *now->limits_problem();
    }
    v.enforced = !v.reason;
    return v;
}

std::vector<core::api::probe_view> supervisor::probes_of(type_state const& t) const
{
    auto const& s = t.spec.settings;
    core::probe_plan const plan{s.startup, s.readiness, s.liveness};
    std::vector<core::api::probe_view> views;
    for (auto const kind : kinds)
        if (auto const& probe = plan.of(kind))
            views.push_back(
                {t.spec.name, std::string(procfile::to_string(kind)), core::probe_text(*probe)});
    return views;
}

outcome<core::api::type_detail> supervisor::describe_type(std::string const& name) const
{
    auto const* t = type(name);
    if (!t)
        return unknown(name);
    core::api::type_detail d;
    d.type = types(name).value().at(0);
    d.args = {"/bin/sh", "-c", t->spec.line};
    d.limits = limits_of(*t);
    d.probes = probes_of(*t);
    if (t->rule)
        d.autoscale = {name, t->rule->min, t->rule->max, t->rule->percent};
    for (auto const& variable : t->from->app.spec.env)
        d.variables.push_back(variable.key);
    for (auto const& [key, value] : t->spec.settings.env)
        d.variables.push_back(key);
    std::sort(d.variables.begin(), d.variables.end());
    d.variables.erase(std::unique(d.variables.begin(), d.variables.end()), d.variables.end());
    return d;
}

std::vector<core::api::limits_view> supervisor::limits() const
{
    std::vector<core::api::limits_view> views;
    for (auto const& t : types_)
        if (!t.dropped)
            views.push_back(limits_of(t));
    std::sort(views.begin(), views.end(),
              [](auto const& a, auto const& b) { return a.type < b.type; });
    return views;
}

std::vector<core::api::probe_view> supervisor::probes() const
{
    std::vector<core::api::probe_view> views;
    for (auto const& t : types_)
        if (!t.dropped)
            for (auto& view : probes_of(t))
                views.push_back(std::move(view));
    std::stable_sort(views.begin(), views.end(),
                     [](auto const& a, auto const& b) { return a.type < b.type; });
    return views;
}

// The current release with one type's settings replaced.
outcome<control::control_api::goal>
supervisor::override_type(std::string const& name, std::string reason, core::type_override set)
{
    auto next = current_->record;
    next.number = newest_ + 1;
    next.created = std::chrono::system_clock::now();
    next.reason = std::move(reason);
    next.failed = false;
    next.changes.clear();
    auto& mine = next.set[name];
    if (set.limits)
        mine.limits = set.limits;
    for (auto& [kind, probe] : set.probes)
        mine.probes[kind] = std::move(probe);
    return change_to(std::move(next), current_->app, false);
}

outcome<control::control_api::goal> supervisor::set_limits(std::string const& name,
                                                           core::limits_override const& limits)
{
    if (!type(name))
        return unknown(name);
    bool const none = !limits.request && !limits.cpu && !limits.memory;
    core::type_override set;
    set.limits = limits;
    return override_type(name, (none ? "limits:unset " : "limits:set ") + name, std::move(set));
}

outcome<control::control_api::goal> supervisor::set_probes(std::string const& name,
                                                           probes_change const& probes)
{
    if (!type(name))
        return unknown(name);
    bool const none = std::none_of(probes.begin(), probes.end(),
                                   [](auto const& each) { return each.second.has_value(); });
    core::type_override set;
    set.probes = probes;
    return override_type(name, (none ? "healthchecks:unset " : "healthchecks:set ") + name,
                         std::move(set));
}

} // namespace procd::daemon
