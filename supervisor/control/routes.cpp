#include "supervisor/control/routes.hpp"

#include "supervisor/control/call_input.hpp"
#include "supervisor/control/problem.hpp"
#include "supervisor/output/event_log.hpp"

#include <array>

namespace procd::control {

namespace json = boost::json;
using core::api::outcome;

namespace {

outcome<reply> status(call const& c)
{
    return json_reply{200, core::api::to_json(c.api.status())};
}

outcome<reply> list_processes(call const& c)
{
    auto const processes = c.api.processes(c.target.value("type"));
    if (!processes)
        return processes.error();
    return json_reply{200, json_array(*processes)};
}

outcome<core::process_id> one_process(call const& c)
{
    auto const& name = c.params.at(0);
    if (auto const id = core::parse_process_id(name))
        return *id;
    auto const found = c.api.find(name);
    if (!found)
        return found.error();
    return bad_request("'" + name + "' is a process type; name one process, e.g. " + name + ".1");
}

outcome<reply> describe(call const& c)
{
    auto const id = one_process(c);
    if (!id)
        return id.error();
    auto const detail = c.api.describe(*id);
    if (!detail)
        return detail.error();
    return json_reply{200, core::api::to_json(*detail)};
}

outcome<std::vector<selector>> find_all(control_api const& api,
                                        std::vector<std::string> const& names)
{
    std::vector<selector> all;
    for (auto const& name : names) {
        auto found = api.find(name);
        if (!found)
            return found.error();
        all.push_back(std::move(*found));
    }
    return all;
}

// "web.1,worker" in the place of a name.
outcome<std::vector<selector>> named(call const& c)
{
    http_target list;
    list.query.emplace_back("name", c.params.at(0));
    auto const names = list.values("name");
    if (names.empty())
        return bad_request("a name is missing");
    return find_all(c.api, names);
}

using command = outcome<control_api::goal> (control_api::*)(std::vector<selector> const&);

outcome<reply> carry_out(call const& c, command run, outcome<std::vector<selector>> const& what)
{
    if (!what)
        return what.error();
    auto const wait = query_flag(c.target, "wait", true);
    if (!wait)
        return wait.error();
    auto goal = (c.api.*run)(*what);
    if (!goal)
        return goal.error();
    return goal_reply{std::move(*goal), *wait, std::nullopt, {}};
}

outcome<reply> remove(call const& c)
{
    return carry_out(c, &control_api::remove, named(c));
}
outcome<reply> stop(call const& c)
{
    return carry_out(c, &control_api::stop, named(c));
}
outcome<reply> start(call const& c)
{
    return carry_out(c, &control_api::start, named(c));
}
outcome<reply> restart(call const& c)
{
    return carry_out(c, &control_api::restart, named(c));
}
outcome<reply> restart_all(call const& c)
{
    return carry_out(c, &control_api::restart, find_all(c.api, c.target.values("name")));
}

outcome<reply> signal(call const& c)
{
    auto const body = parse_body(c.body);
    if (!body)
        return body.error();
    auto const number = parse_signal_body(*body);
    if (!number)
        return number.error();
    auto const what = c.api.find(c.params.at(0));
    if (!what)
        return what.error();
    auto const processes = c.api.processes(what->type);
    if (!processes)
        return processes.error();
    json::array signaled;
    for (auto const& process : *processes) {
        bool const all = !what->instance;
        if (all ? !process.pid : *what->instance != process.instance)
            continue; // of a whole type, only what runs
        auto const sent = c.api.signal({process.type, process.instance}, *number);
        if (!sent)
            return sent.error();
        signaled.emplace_back(process.name);
    }
    return json_reply{200, json::object{{"signaled", std::move(signaled)}}};
}

outcome<reply> exec(call const& c)
{
    auto const id = one_process(c);
    if (!id)
        return id.error();
    auto const body = parse_body(c.body);
    if (!body)
        return body.error();
    auto what = parse_exec_body(*body);
    if (!what)
        return what.error();
    if (!c.upgrades)
        return make_problem(426, "ask for it with Connection: Upgrade and Upgrade: procd-stream");
    auto begun = c.api.exec(*id, std::move(*what));
    if (!begun)
        return begun.error();
    return exec_reply{std::move(*begun)};
}

outcome<reply> list_types(call const& c)
{
    auto const types = c.api.types(std::nullopt);
    if (!types)
        return types.error();
    return json_reply{200, json_array(*types)};
}

outcome<reply> describe_type(call const& c)
{
    auto const detail = c.api.describe_type(c.params.at(0));
    if (!detail)
        return detail.error();
    return json_reply{200, core::api::to_json(*detail)};
}

outcome<reply> formation(call const& c)
{
    json::object counts;
    for (auto const& [type, count] : c.api.formation())
        counts[type] = count;
    return json_reply{200, std::move(counts)};
}

outcome<reply> scale(call const& c)
{
    auto const wait = query_flag(c.target, "wait", true);
    if (!wait)
        return wait.error();
    auto const body = parse_body(c.body);
    if (!body)
        return body.error();
    auto const changes = parse_changes(*body);
    if (!changes)
        return changes.error();
    auto goal = c.api.scale(*changes);
    if (!goal)
        return goal.error();
    return goal_reply{std::move(*goal), *wait, std::nullopt, {}};
}

outcome<reply> wait_ready(call const& c)
{
    auto const name = c.target.value("name");
    if (!name)
        return bad_request("name is missing; say what to wait for, e.g. /v1/wait?name=web");
    constexpr std::uint64_t day = 24ull * 3600 * 1000;
    auto const timeout = query_number(c.target, "timeout_ms", 366 * day);
    if (!timeout)
        return timeout.error();
    auto const what = c.api.find(*name);
    if (!what)
        return what.error();
    auto goal = c.api.wait_ready(*what);
    if (!goal)
        return goal.error();
    goal_reply waiting{std::move(*goal), true, std::nullopt, *name + " was not ready in time"};
    if (*timeout)
        waiting.timeout = std::chrono::milliseconds(**timeout);
    return waiting;
}

// Names that are gone may still have lines; only a name that is neither known nor has any is wrong.
outcome<std::vector<std::string>> log_names(call const& c)
{
    auto names = c.target.values("process");
    for (auto& type : c.target.values("type"))
        names.push_back(std::move(type));
    for (auto const& name : names) {
        auto const found = c.api.find(name);
        if (!found && name != "system" && c.hub.history({{name}, 1, std::nullopt}).empty())
            return found.error();
    }
    return names;
}

outcome<reply> logs(call const& c)
{
    constexpr std::uint64_t most = 1'000'000;
    auto const follow = query_flag(c.target, "follow", false);
    if (!follow)
        return follow.error();
    auto const lines = query_number(c.target, "lines", most);
    if (!lines)
        return lines.error();
    logs_reply answer;
    answer.follow = *follow;
    if (auto const since = c.target.value("since")) {
        answer.query.since = core::parse_iso(*since);
        if (!answer.query.since)
            return bad_request("since must be a time like 2026-11-23T07:30:00Z");
    }
    answer.query.lines = lines->value_or(answer.query.since ? most : 300);
    auto names = log_names(c);
    if (!names)
        return names.error();
    answer.query.processes = std::move(*names);
    return answer;
}

outcome<reply> list_events(call const& c)
{
    auto const follow = query_flag(c.target, "follow", false);
    if (!follow)
        return follow.error();
    auto const lines = query_number(c.target, "lines", output::event_log::kept);
    if (!lines)
        return lines.error();
    return events_reply{lines->value_or(output::event_log::kept), *follow};
}

outcome<reply> shut_down(call const& c)
{
    auto const wait = query_flag(c.target, "wait", true);
    if (!wait)
        return wait.error();
    c.api.shutdown();
    return shutdown_reply{*wait};
}

std::vector<route_entry> with_settings(std::vector<route_entry> all)
{
    auto more = setting_routes();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace

std::vector<route_entry> const& route_table()
{
    static std::vector<route_entry> const table = with_settings({
        {"GET", "/v1/status", {}, status},
        {"GET", "/v1/processes", {"type"}, list_processes},
        {"GET", "/v1/processes/{name}", {}, describe},
        {"DELETE", "/v1/processes/{name}", {"wait"}, remove},
        {"POST", "/v1/processes/{name}/signal", {}, signal},
        {"POST", "/v1/processes/{name}/stop", {"wait"}, stop},
        {"POST", "/v1/processes/{name}/start", {"wait"}, start},
        {"POST", "/v1/processes/{name}/restart", {"wait"}, restart},
        {"POST", "/v1/processes/{name}/exec", {}, exec},
        {"GET", "/v1/types", {}, list_types},
        {"GET", "/v1/types/{type}", {}, describe_type},
        {"POST", "/v1/types/{type}/restart", {"wait"}, restart},
        {"POST", "/v1/restart", {"name", "wait"}, restart_all},
        {"GET", "/v1/formation", {}, formation},
        {"PATCH", "/v1/formation", {"wait"}, scale},
        {"GET", "/v1/wait", {"name", "timeout_ms"}, wait_ready},
        {"GET", "/v1/logs", {"process", "type", "lines", "since", "follow"}, logs},
        {"GET", "/v1/events", {"lines", "follow"}, list_events},
        {"POST", "/v1/shutdown", {"wait"}, shut_down},
    });
    return table;
}

std::span<std::string_view const> later_prefixes()
{
    static constexpr std::array<std::string_view, 1> paths{"/metrics"};
    return paths;
}

} // namespace procd::control
