#include "supervisor/formation/views.hpp"

#include "procfile/front_ports.hpp"
#include "supervisor/core/probe_text.hpp"
#include "supervisor/formation/autoscaler.hpp"
#include "supervisor/formation/formation.hpp"

#include <algorithm>
#include <array>

namespace procd::formation {

using procfile::probe_kind;

namespace {

constexpr std::array kinds{probe_kind::startup, probe_kind::readiness, probe_kind::liveness};

// The types by name; those on their way out only where their processes are shown.
enum class which { present, all };
std::vector<type const*> sorted(formation const& from, which these)
{
    std::vector<type const*> found;
    for (auto const& t : from.types())
        if (!t.dropped || these == which::all)
            found.push_back(&t);
    std::sort(found.begin(), found.end(),
              [](auto const* a, auto const* b) { return a->spec.name < b->spec.name; });
    return found;
}

core::api::autoscale_view view_of(std::string const& type, core::autoscale::rule const& rule)
{
    return {type, rule.min, rule.max, rule.percent, rule.concurrency};
}

} // namespace

std::vector<core::api::process_view>
process_views(formation const& all, std::optional<std::string> const& only, usage wanted)
{
    std::vector<core::api::process_view> views;
    for (auto const* const t : sorted(all, which::all)) {
        if (only && *only != t->spec.name)
            continue;
        for (auto const& [n, slot] : t->slots) {
            views.push_back(slot->view());
            if (wanted == usage::measured)
                slot->measure(views.back());
        }
    }
    return views;
}

core::api::type_view type_view(type const& of)
{
    core::api::type_view v;
    v.position = of.spec.position;
    v.name = of.spec.name;
    v.release = core::release_name(of.release);
    v.command = of.spec.command;
    v.wanted = of.wanted;
    for (auto const& [n, slot] : of.slots) {
        auto const process = slot->view();
        v.ready += process.ready;
        v.up_to_date += process.pid.has_value() && slot->release() == of.release;
        v.available += process.ready;
        if (process.started_at && (!v.started_at || *process.started_at < *v.started_at))
            v.started_at = process.started_at;
    }
    return v;
}

std::vector<core::api::type_view> type_views(formation const& all,
                                             std::optional<std::string> const& only)
{
    std::vector<core::api::type_view> views;
    for (auto const* const t : sorted(all, which::present))
        if (!only || *only == t->spec.name)
            views.push_back(type_view(*t));
    return views;
}

std::map<std::string, int> counts(formation const& all)
{
    std::map<std::string, int> found;
    for (auto const& t : all.types())
        if (!t.dropped)
            found[t.spec.name] = t.wanted;
    return found;
}

core::api::totals totals(formation const& all)
{
    core::api::totals total;
    for (auto const& t : all.types()) {
        total.types += !t.dropped;
        total.wanted += t.wanted;
        for (auto const& [n, slot] : t.slots) {
            total.running += slot->pid() >= 0;
            total.ready += slot->ready();
            total.restarts += slot->view().restarts;
        }
    }
    return total;
}

std::vector<std::string> types_off(formation const& all)
{
    std::vector<std::string> names;
    for (auto const& t : all.types())
        if (!t.dropped && t.wanted == 0)
            names.push_back(t.spec.name);
    return names;
}

std::string off_text(formation const& all)
{
    std::string text;
    for (auto const& name : types_off(all))
        text += (text.empty() ? "; off: " : ", ") + name;
    return text;
}

core::api::limits_view limits_view(type const& of, std::optional<std::string> const& not_enforced)
{
    auto const& s = of.spec.settings;
    core::api::limits_view v;
    v.type = of.spec.name;
    v.request = s.cpu.value_or(1.0);
    v.cpu = s.limits.cpu;
    v.memory = s.limits.memory;
    v.open_files = s.limits.open_files;
    if (v.cpu || v.memory) {
        v.reason = not_enforced;
        for (auto const& [n, slot] : of.slots)
            if (auto const* now = slot->current(); !v.reason && now && now->limits_problem())
                v.reason = slot->id().str() + ": " + *now->limits_problem();
    }
    v.enforced = !v.reason;
    return v;
}

std::vector<core::api::limits_view> limits_views(formation const& all,
                                                 std::optional<std::string> const& not_enforced)
{
    std::vector<core::api::limits_view> views;
    for (auto const* const t : sorted(all, which::present))
        views.push_back(limits_view(*t, not_enforced));
    return views;
}

std::vector<core::api::probe_view> probe_views(type const& of)
{
    auto const& s = of.spec.settings;
    core::probe_plan const plan{s.startup, procfile::readiness_of(s), s.liveness};
    std::vector<core::api::probe_view> views;
    for (auto const kind : kinds)
        if (auto const& probe = plan.of(kind))
            views.push_back(
                {of.spec.name, std::string(procfile::to_string(kind)), core::probe_text(*probe)});
    return views;
}

std::vector<core::api::probe_view> probe_views(formation const& all)
{
    std::vector<core::api::probe_view> views;
    for (auto const* const t : sorted(all, which::present))
        for (auto& view : probe_views(*t))
            views.push_back(std::move(view));
    return views;
}

std::vector<core::api::autoscale_view> autoscale_views(formation const& all, autoscaler const& by)
{
    std::vector<core::api::autoscale_view> views;
    for (auto const* const t : sorted(all, which::present))
        if (auto const& rule = by.of(t->spec.name).rule)
            views.push_back(view_of(t->spec.name, *rule));
    return views;
}

std::vector<core::api::decision_view> decision_views(autoscaler const& by, std::string const& type)
{
    std::vector<core::api::decision_view> views;
    for (auto const& [at, d] : by.of(type).decisions) {
        core::api::decision_view v;
        v.time = at;
        v.condition = std::string(core::autoscale::to_string(d.why));
        v.reason = d.reason;
        v.from = d.seen.wanted;
        v.to = d.wanted;
        v.min = d.seen.limits.min;
        v.max = d.seen.limits.max;
        v.target_percent = d.seen.limits.percent;
        v.target_concurrency = d.seen.limits.concurrency;
        v.ready = d.seen.ready;
        v.unready = d.seen.unready;
        v.missing = d.seen.missing;
        v.usage_millicores = d.seen.usage_m;
        v.request_millicores = d.seen.request_m;
        v.utilization = d.seen.utilization;
        v.rebalanced = d.seen.rebalanced;
        if (d.seen.requests_m)
            v.requests = static_cast<double>(*d.seen.requests_m) / 1000;
        v.cpu_count = d.seen.by_cpu;
        v.concurrency_count = d.seen.by_concurrency;
        if (d.seen.decided_by)
            v.decided_by = std::string(core::autoscale::to_string(*d.seen.decided_by));
        v.raw = d.seen.raw;
        v.proposed = d.seen.proposed;
        views.push_back(std::move(v));
    }
    return views;
}

core::api::type_detail type_detail(type const& of, autoscaler const& by,
                                   std::optional<std::string> const& not_enforced)
{
    core::api::type_detail d;
    d.type = type_view(of);
    d.args = {"/bin/sh", "-c", of.spec.line};
    d.limits = limits_view(of, not_enforced);
    d.probes = probe_views(of);
    if (auto const& rule = by.of(of.spec.name).rule)
        d.autoscale = view_of(of.spec.name, *rule);
    for (auto const& variable : of.from->app.spec.env)
        d.variables.push_back(variable.key);
    for (auto const& [key, value] : of.spec.settings.env)
        d.variables.push_back(key);
    std::sort(d.variables.begin(), d.variables.end());
    d.variables.erase(std::unique(d.variables.begin(), d.variables.end()), d.variables.end());
    return d;
}

std::vector<std::string> unreachable_target(type const& of, core::autoscale::rule const& rule)
{
    auto const& s = of.spec.settings;
    std::vector<std::string> warnings;
    auto const percent = rule.percent.value_or(0);
    if (s.limits.cpu && *s.limits.cpu < s.cpu.value_or(1.0) * percent / 100)
        warnings.push_back("the CPU limit of " + of.spec.name + " is below its request times " +
                           std::to_string(percent) + " %: the target cannot be reached");
    auto const most = std::int64_t{s.front.concurrency} + s.front.queue;
    if (s.front.concurrency > 0 && rule.concurrency.value_or(0) > most)
        warnings.push_back("one process of " + of.spec.name + " and the queue have at most " +
                           std::to_string(most) + " requests: the target of " +
                           std::to_string(*rule.concurrency) + " cannot be reached");
    return warnings;
}

} // namespace procd::formation
