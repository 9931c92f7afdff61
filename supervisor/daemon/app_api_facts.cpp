// The questions of clients about the app, and the commands that make releases or rules.
#include "supervisor/daemon/app_api.hpp"
#include "supervisor/daemon/routing_views.hpp"
#include "supervisor/formation/views.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"

#include <utility>

namespace procd::daemon {

using core::api::outcome;
using core::api::problem;

core::api::status_view app_api::status() const
{
    core::api::status_view s;
    s.version = PROCD_VERSION;
    auto const& app = boss_.history().current()->app;
    s.app = app.name;
    s.root = app.root;
    s.socket = app.socket;
    s.release = core::release_name(boss_.history().current_number());
    s.pid = os::current_pid();
    s.started_at = boss_.started_at();
    s.state = formation_.stopping() ? "stopping" : "running";
    s.verb = app::defaults_of(app.started_as).name;
    s.containment = with_.cgroup ? "cgroup" : "process id";
    if (!with_.cgroup)
        s.containment_reason = with_.no_cgroup_reason;
    s.off = formation::types_off(formation_);
    s.not_kept = boss_.kept().not_kept();
    if (auto const& problem = boss_.changes().files_problem(); !problem.empty())
        s.files_problem = problem;
    s.router = router_view(formation_, boss_.front());
    s.total = formation::totals(formation_);
    s.total.log_lines = with_.hub.lines_seen();
    s.total.log_dropped = with_.hub.lines_dropped();
    return s;
}

outcome<std::vector<core::api::process_view>> app_api::processes(std::optional<std::string> only,
                                                                 usage wanted) const
{
    if (only && formation_.find(*only) == nullptr)
        return formation_.unknown(*only);
    return formation::process_views(formation_, only,
                                    wanted == usage::measured ? formation::usage::measured
                                                              : formation::usage::left_out);
}

outcome<core::api::process_detail> app_api::describe(core::process_id const& id) const
{
    auto const* const s = formation_.slot(id);
    if (s == nullptr)
        return formation_.unknown(id.str());
    auto d = s->detail();
    auto const& of = *formation_.find(id.type);
    d.limits = formation::limits_view(of, with_.limits_not_enforced);
    d.probes = formation::probe_views(of);
    d.routing = routing_view(of, formation_, boss_.front());
    auto const waits_for = formation_.waits_for(*s);
    for (auto const& other : waits_for.for_these)
        d.waits_for.push_back(other.name);
    if (s->waits())
        d.not_ready = "waits for " + core::text_of(waits_for);
    constexpr std::size_t events_shown = 10;
    d.events = with_.events.last_of({id.str(), id.type}, events_shown);
    return d;
}

outcome<std::vector<core::api::type_view>> app_api::types(std::optional<std::string> only) const
{
    if (only && formation_.find(*only) == nullptr)
        return formation_.unknown(*only);
    return formation::type_views(formation_, only);
}

std::map<std::string, int> app_api::formation() const
{
    return formation::counts(formation_);
}

outcome<core::selector> app_api::find(std::string const& name) const
{
    return formation_.parse(name);
}

outcome<core::api::type_detail> app_api::describe_type(std::string const& type) const
{
    auto const* const t = formation_.find(type);
    if (t == nullptr)
        return formation_.unknown(type);
    auto d = formation::type_detail(*t, boss_.autoscaler(), with_.limits_not_enforced);
    d.routing = routing_view(*t, formation_, boss_.front());
    return d;
}

std::vector<core::api::limits_view> app_api::limits() const
{
    return formation::limits_views(formation_, with_.limits_not_enforced);
}

std::vector<core::api::probe_view> app_api::probes() const
{
    return formation::probe_views(formation_);
}

std::vector<core::api::release_view> app_api::releases() const
{
    return boss_.history().views();
}

outcome<core::api::release_detail> app_api::release(std::string const& name) const
{
    return boss_.history().detail(name);
}

outcome<core::api::release_plan> app_api::plan_reload(core::api::losses may) const
{
    return boss_.changes().plan_reload(may);
}

control::control_api::goal app_api::warned(goal of, std::function<std::vector<std::string>()> ask)
{
    auto look = [inner = std::move(of.look), ask = std::move(ask)] {
        auto p = inner();
        if (p.done)
            for (auto& warning : ask())
                p.warnings.push_back(std::move(warning));
        return p;
    };
    return goal{std::move(look), std::move(of.accepted)};
}

control::control_api::goal app_api::warned(goal of, std::vector<std::string> warnings)
{
    if (warnings.empty())
        return of;
    auto look = [inner = std::move(of.look), warnings = std::move(warnings)] {
        auto p = inner();
        p.warnings.insert(p.warnings.end(), warnings.begin(), warnings.end());
        return p;
    };
    return goal{std::move(look), std::move(of.accepted)};
}

std::vector<std::string> app_api::warnings_of_unread_files() const
{
    auto const running = core::release_name(boss_.history().current_number());
    auto const plan = boss_.changes().plan_reload(core::api::losses::accepted);
    if (!plan)
        return {"the files cannot be read as they are now (" + plan.error().detail + "); " +
                running + " runs on"};
    if (!plan->release)
        return {};
    std::string changes;
    for (auto const& c : plan->changes) {
        std::string words;
        for (auto const& field : c.fields)
            words += (words.empty() ? "" : ", ") + field;
        changes += (changes.empty() ? "" : "; ") + c.type + ": " + (words.empty() ? c.what : words);
    }
    return {"the files differ from " + running + ", which runs (" + changes +
            "); procctl reload takes that up"};
}

std::vector<std::string> app_api::warnings_of_limits(std::string const& type) const
{
    auto const* const t = formation_.find(type);
    if (t == nullptr)
        return {};
    auto const limits = formation::limits_view(*t, with_.limits_not_enforced);
    if (limits.enforced)
        return {};
    return {"the limits of " + type + " are not enforced: " + limits.reason.value_or("")};
}

outcome<control::control_api::goal> app_api::waited_for(release::change::begun const& begun) const
{
    if (!begun)
        return begun.error();
    return goal{[&changes = boss_.changes(), op = *begun] { return changes.look(*op); }, {}};
}

outcome<control::control_api::goal> app_api::reload(core::api::losses may)
{
    auto const begun = boss_.changes().reload(may);
    auto of = waited_for(begun);
    if (!of)
        return of;
    return warned(std::move(*of), [this, op = *begun] {
        std::vector<std::string> warnings;
        for (auto const& c : op->changes) {
            auto const* const t = formation_.find(c.type);
            if (op->ok && t && t->wanted == 0 && c.action == procfile::type_change::kind::added)
                warnings.push_back(c.type + " is off; procctl scale " + c.type + "=1 starts one");
        }
        return warnings;
    });
}

outcome<control::control_api::goal> app_api::rollback(std::string const& name)
{
    return waited_for(boss_.changes().rollback(name));
}

outcome<control::control_api::goal> app_api::set_limits(std::string const& type,
                                                        core::limits_override const& limits)
{
    if (formation_.find(type) == nullptr)
        return formation_.unknown(type);
    auto begun = waited_for(boss_.changes().set_limits(type, limits));
    if (!begun)
        return begun;
    return warned(std::move(*begun), [this, type] { return warnings_of_limits(type); });
}

outcome<control::control_api::goal> app_api::set_probes(std::string const& type,
                                                        probes_change const& probes)
{
    if (formation_.find(type) == nullptr)
        return formation_.unknown(type);
    return waited_for(boss_.changes().set_probes(type, probes));
}

std::vector<core::api::autoscale_view> app_api::autoscale_rules() const
{
    return formation::autoscale_views(formation_, boss_.autoscaler());
}

outcome<std::vector<core::api::decision_view>>
app_api::autoscale_decisions(std::string const& type) const
{
    if (formation_.find(type) == nullptr)
        return formation_.unknown(type);
    return formation::decision_views(boss_.autoscaler(), type);
}

outcome<control::control_api::goal> app_api::set_autoscale(std::string const& type,
                                                           core::autoscale::rule const& rule)
{
    if (auto const no = refusal())
        return *no;
    auto const* const t = formation_.find(type);
    if (t == nullptr)
        return formation_.unknown(type);
    if (auto const set = boss_.autoscaler().set(type, rule); !set)
        return set.error();
    return at_once(type + " is autoscaled", formation::unreachable_target(*t, rule));
}

outcome<control::control_api::goal> app_api::unset_autoscale(std::string const& type)
{
    if (auto const no = refusal())
        return *no;
    if (formation_.find(type) == nullptr)
        return formation_.unknown(type);
    if (!boss_.autoscaler().of(type).rule)
        return problem{409, "No rule", type + " has no autoscale rule"};
    boss_.autoscaler().unset(type);
    return at_once(type + " is not autoscaled any more", {});
}

// It has been done when the answer is given, but for the disk.
control::control_api::goal app_api::at_once(std::string message, std::vector<std::string> warnings)
{
    core::api::progress done;
    done.done = done.ok = true;
    done.message = std::move(message);
    done.warnings = std::move(warnings);
    return kept([done] { return done; });
}

} // namespace procd::daemon
