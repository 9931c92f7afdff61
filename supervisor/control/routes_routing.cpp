// The routes of the front port. Only for routes.cpp.
#include "supervisor/control/call_input.hpp"
#include "supervisor/control/problem.hpp"
#include "supervisor/control/routes.hpp"

namespace procd::control {

using core::api::outcome;

namespace {

// The figures are left out when the router does not answer in this time.
constexpr std::chrono::seconds longest_wait_for_figures{1};
// A change that the router has not taken up by then is reported as a failure.
constexpr std::chrono::seconds longest_wait_for_change{5};

awaited_reply awaited(std::function<bool()> complete, std::function<json_reply()> make)
{
    return {std::move(complete), longest_wait_for_figures, std::move(make)};
}

outcome<reply> list_routing(call const& c)
{
    auto asked = c.api.routing(std::nullopt);
    if (!asked)
        return asked.error();
    return awaited(std::move(asked->complete), [make = std::move(asked->make)] {
        return json_reply{200, json_array(make())};
    });
}

outcome<reply> describe_routing(call const& c)
{
    auto asked = c.api.routing(c.params.at(0));
    if (!asked)
        return asked.error();
    return awaited(std::move(asked->complete), [make = std::move(asked->make)] {
        auto const views = make();
        if (views.empty())
            return problem_reply(make_problem(404, "the type has just been taken away"));
        return json_reply{200, core::api::to_json(views.front())};
    });
}

outcome<reply> set_routing(call const& c)
{
    auto const wait = query_flag(c.target, "wait", when_absent::yes);
    if (!wait)
        return wait.error();
    auto const changes = parse_body(c.body, parse_routing_body);
    if (!changes)
        return changes.error();
    auto goal = c.api.set_routing(*changes);
    if (!goal)
        return goal.error();
    return goal_reply{std::move(*goal), *wait, longest_wait_for_change,
                      "the router does not answer"};
}

} // namespace

std::vector<route_entry> routing_routes()
{
    return {
        {"GET", "/v1/routing", {}, list_routing},
        {"PATCH", "/v1/routing", {"wait"}, set_routing},
        {"GET", "/v1/routing/{type}", {}, describe_routing},
    };
}

} // namespace procd::control
