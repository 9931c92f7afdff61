#include "supervisor/control/routes.hpp"

#include "supervisor/control/call_input.hpp"
#include "supervisor/control/problem.hpp"
#include "supervisor/core/log_file_name.hpp"
#include "supervisor/core/time_text.hpp"
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
    auto const wait = query_flag(c.target, "wait", when_absent::yes);
    if (!wait)
        return wait.error();
    auto const changes = parse_body(c.body, parse_changes);
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
    auto const selected = c.api.find(*name);
    if (!selected)
        return selected.error();
    auto goal = c.api.wait_ready(*selected);
    if (!goal)
        return goal.error();
    goal_reply waiting{std::move(*goal), true, std::nullopt, *name + " was not ready in time"};
    if (*timeout)
        waiting.timeout = std::chrono::milliseconds(**timeout);
    return waiting;
}

// The names of a query for logs. A process that is gone may still have lines, so a name is unknown
// only when there is neither such a process nor a line of it.
outcome<std::vector<std::string>> log_names(call const& c)
{
    auto names = c.target.values("process");
    for (auto& type : c.target.values("type"))
        names.push_back(std::move(type));
    for (auto const& name : names) {
        auto const found = c.api.find(name);
        if (!found && !core::is_own_log(name) && c.hub.history({{name}, 1, std::nullopt}).empty())
            return found.error();
    }
    return names;
}

outcome<reply> logs(call const& c)
{
    constexpr std::uint64_t most = 1'000'000;
    auto const follow = query_flag(c.target, "follow", when_absent::no);
    if (!follow)
        return follow.error();
    auto const lines = query_number(c.target, "lines", most);
    if (!lines)
        return lines.error();
    auto const files = query_flag(c.target, "files", when_absent::no);
    if (!files)
        return files.error();
    logs_reply answer;
    answer.follow = *follow;
    answer.files = *files;
    if (auto const since = c.target.value("since")) {
        auto const time = core::parse_time_text(*since);
        if (!time || !time->zoned)
            return bad_request("since must be a time like 2026-11-23T07:30:00Z");
        answer.query.since = time->time;
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
    auto const follow = query_flag(c.target, "follow", when_absent::no);
    if (!follow)
        return follow.error();
    auto const lines = query_number(c.target, "lines", output::event_log::kept);
    if (!lines)
        return lines.error();
    return events_reply{lines->value_or(output::event_log::kept), *follow};
}

outcome<reply> shut_down(call const& c)
{
    auto const wait = query_flag(c.target, "wait", when_absent::yes);
    if (!wait)
        return wait.error();
    c.api.shutdown();
    return shutdown_reply{*wait};
}

std::vector<route_entry> with_other_files(std::vector<route_entry> all)
{
    for (auto const& more : {process_routes(), setting_routes(), routing_routes()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace

std::vector<route_entry> const& route_table()
{
    static std::vector<route_entry> const table = with_other_files({
        {"GET", "/v1/status", {}, status},
        {"GET", "/v1/types", {}, list_types},
        {"GET", "/v1/types/{type}", {}, describe_type},
        {"GET", "/v1/formation", {}, formation},
        {"PATCH", "/v1/formation", {"wait"}, scale},
        {"GET", "/v1/wait", {"name", "timeout_ms"}, wait_ready},
        {"GET", "/v1/logs", {"process", "type", "lines", "since", "follow", "files"}, logs},
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
