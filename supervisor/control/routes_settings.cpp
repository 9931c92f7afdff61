// The routes of releases, limits, probes and autoscaling. Only for routes.cpp.
#include "supervisor/control/call_input.hpp"
#include "supervisor/control/problem.hpp"
#include "supervisor/control/routes.hpp"

namespace procd::control {

using core::api::outcome;

namespace {

outcome<reply> list_releases(call const& c)
{
    return json_reply{200, json_array(c.api.releases())};
}

outcome<reply> describe_release(call const& c)
{
    auto const detail = c.api.release(c.params.at(0));
    if (!detail)
        return detail.error();
    return json_reply{200, core::api::to_json(*detail)};
}

outcome<reply> started(call const& c, outcome<control_api::goal> goal)
{
    auto const wait = query_flag(c.target, "wait", when_absent::yes);
    if (!wait)
        return wait.error();
    if (!goal)
        return goal.error();
    return goal_reply{std::move(*goal), *wait, std::nullopt, {}};
}

outcome<reply> rollback(call const& c)
{
    return started(c, c.api.rollback(c.params.empty() ? std::string() : c.params.at(0)));
}

outcome<reply> reload(call const& c)
{
    auto const dry_run = query_flag(c.target, "dry_run", when_absent::no);
    if (!dry_run)
        return dry_run.error();
    auto const force = query_flag(c.target, "force", when_absent::no);
    if (!force)
        return force.error();
    auto const may = *force ? core::api::losses::accepted : core::api::losses::refused;
    if (!*dry_run)
        return started(c, c.api.reload(may));
    auto const plan = c.api.plan_reload(may);
    if (!plan)
        return plan.error();
    return json_reply{200, core::api::to_json(*plan)};
}

outcome<reply> list_limits(call const& c)
{
    return json_reply{200, json_array(c.api.limits())};
}

outcome<reply> set_limits(call const& c)
{
    auto const limits = parse_body(c.body, parse_limits_body);
    if (!limits)
        return limits.error();
    return started(c, c.api.set_limits(c.params.at(0), *limits));
}

outcome<reply> unset_limits(call const& c)
{
    return started(c, c.api.set_limits(c.params.at(0), {}));
}

outcome<reply> list_probes(call const& c)
{
    return json_reply{200, json_array(c.api.probes())};
}

outcome<reply> set_probes(call const& c)
{
    auto const probes = parse_body(c.body, parse_probes_body);
    if (!probes)
        return probes.error();
    return started(c, c.api.set_probes(c.params.at(0), *probes));
}

outcome<reply> unset_probes(call const& c)
{
    control_api::probes_change none;
    auto names = c.target.values("kind");
    if (names.empty())
        names = {"startup", "readiness", "liveness"};
    for (auto const& name : names) {
        auto const kind = parse_probe_kind(name);
        if (!kind)
            return bad_request("'" + name + "' is no probe; use startup, readiness or liveness");
        none[*kind] = std::nullopt;
    }
    return started(c, c.api.set_probes(c.params.at(0), none));
}

outcome<reply> list_autoscale(call const& c)
{
    return json_reply{200, json_array(c.api.autoscale_rules())};
}

outcome<reply> set_autoscale(call const& c)
{
    auto const rule = parse_body(c.body, parse_rule_body);
    if (!rule)
        return rule.error();
    return started(c, c.api.set_autoscale(c.params.at(0), *rule));
}

outcome<reply> unset_autoscale(call const& c)
{
    return started(c, c.api.unset_autoscale(c.params.at(0)));
}

outcome<reply> list_decisions(call const& c)
{
    auto const decisions = c.api.autoscale_decisions(c.params.at(0));
    if (!decisions)
        return decisions.error();
    return json_reply{200, json_array(*decisions)};
}

} // namespace

std::vector<route_entry> setting_routes()
{
    return {
        {"GET", "/v1/releases", {}, list_releases},
        {"GET", "/v1/releases/{name}", {}, describe_release},
        {"POST", "/v1/releases/{name}/rollback", {"wait"}, rollback},
        {"POST", "/v1/rollback", {"wait"}, rollback},
        {"POST", "/v1/reload", {"dry_run", "force", "wait"}, reload},
        {"GET", "/v1/limits", {}, list_limits},
        {"PUT", "/v1/limits/{type}", {"wait"}, set_limits},
        {"DELETE", "/v1/limits/{type}", {"wait"}, unset_limits},
        {"GET", "/v1/healthchecks", {}, list_probes},
        {"PUT", "/v1/healthchecks/{type}", {"wait"}, set_probes},
        {"DELETE", "/v1/healthchecks/{type}", {"kind", "wait"}, unset_probes},
        {"GET", "/v1/autoscale", {}, list_autoscale},
        {"PUT", "/v1/autoscale/{type}", {"wait"}, set_autoscale},
        {"DELETE", "/v1/autoscale/{type}", {"wait"}, unset_autoscale},
        {"GET", "/v1/autoscale/{type}/decisions", {}, list_decisions},
    };
}

} // namespace procd::control
