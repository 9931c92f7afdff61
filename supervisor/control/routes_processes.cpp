// The routes of processes: facts, commands, signals and exec. Only for routes.cpp.
#include "supervisor/control/call_input.hpp"
#include "supervisor/control/problem.hpp"
#include "supervisor/control/routes.hpp"

namespace procd::control {

namespace json = boost::json;
using core::api::outcome;

namespace {

outcome<reply> list_processes(call const& c)
{
    auto const usage = query_flag(c.target, "usage", when_absent::yes);
    if (!usage)
        return usage.error();
    auto const processes =
        c.api.processes(c.target.value("type"),
                        *usage ? control_api::usage::measured : control_api::usage::left_out);
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

// The selectors of "web.1,worker", the first parameter of the path.
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

outcome<reply> carry_out(call const& c, command run, outcome<std::vector<selector>> const& selected)
{
    if (!selected)
        return selected.error();
    auto const wait = query_flag(c.target, "wait", when_absent::yes);
    if (!wait)
        return wait.error();
    auto goal = (c.api.*run)(*selected);
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
    auto const number = parse_body(c.body, parse_signal_body);
    if (!number)
        return number.error();
    auto const selected = c.api.find(c.params.at(0));
    if (!selected)
        return selected.error();
    auto const processes = c.api.processes(selected->type, control_api::usage::left_out);
    if (!processes)
        return processes.error();
    json::array signaled;
    for (auto const& process : *processes) {
        bool const all = !selected->instance;
        if (all ? !process.pid : *selected->instance != process.instance)
            continue; // a signal to a whole type goes to its running processes only
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
    auto request = parse_body(c.body, parse_exec_body);
    if (!request)
        return request.error();
    if (!c.upgrades)
        return make_problem(426, "ask for it with Connection: Upgrade and Upgrade: procd-stream");
    auto begun = c.api.exec(*id, std::move(*request));
    if (!begun)
        return begun.error();
    return exec_reply{std::move(*begun)};
}

} // namespace

std::vector<route_entry> process_routes()
{
    return {
        {"GET", "/v1/processes", {"type", "usage"}, list_processes},
        {"GET", "/v1/processes/{name}", {}, describe},
        {"DELETE", "/v1/processes/{name}", {"wait"}, remove},
        {"POST", "/v1/processes/{name}/signal", {}, signal},
        {"POST", "/v1/processes/{name}/stop", {"wait"}, stop},
        {"POST", "/v1/processes/{name}/start", {"wait"}, start},
        {"POST", "/v1/processes/{name}/restart", {"wait"}, restart},
        {"POST", "/v1/processes/{name}/exec", {}, exec},
        {"POST", "/v1/types/{type}/restart", {"wait"}, restart},
        {"POST", "/v1/restart", {"name", "wait"}, restart_all},
    };
}

} // namespace procd::control
