#include "supervisor/control/router.hpp"

#include "supervisor/control/call_input.hpp"
#include "supervisor/control/http_target.hpp"
#include "supervisor/control/problem.hpp"
#include "supervisor/control/routes.hpp"

#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <exception>

namespace procd::control {

namespace {

// Takes the part before the next slash from `rest`, so that no list of parts is needed.
std::string_view take_segment(std::string_view& rest)
{
    auto const slash = rest.find('/');
    auto const segment = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    return segment;
}

// Tells whether `path` fits `pattern`, "/v1/types/{type}". The segments in the place of braces are
// put into `params`.
bool fits(std::string_view pattern, std::vector<std::string> const& path,
          std::vector<std::string>& params)
{
    params.clear();
    pattern.remove_prefix(1);
    for (auto const& segment : path) {
        if (pattern.empty())
            return false;
        auto const expected = take_segment(pattern);
        if (expected.starts_with('{'))
            params.push_back(segment);
        else if (expected != segment)
            return false;
    }
    return pattern.empty();
}

std::string unknown_query(route_entry const& entry, http_target const& target)
{
    for (auto const& [name, value] : target.query)
        if (std::find(entry.query.begin(), entry.query.end(), name) == entry.query.end())
            return name;
    return {};
}

json_reply not_allowed(std::string allow, std::string_view method)
{
    auto reply = problem_reply(make_problem(405, "the method " + std::string(method) +
                                                     " is not known here, only " + allow));
    reply.allow = std::move(allow);
    return reply;
}

reply no_route(std::string_view path)
{
    for (auto const& prefix : later_prefixes())
        if (path.starts_with(prefix))
            return problem_reply(
                make_problem(501, std::string(prefix) + " is not in this version"));
    if (path.starts_with("/v1/processes/") && path.ends_with("/attach"))
        return problem_reply(make_problem(501, "attach is not in this version"));
    return problem_reply(make_problem(404, "there is nothing at " + std::string(path)));
}

// Tells whether the request asks to switch to procd-stream, by the two fields of RFC 9110.
bool upgrades(http_request const& request)
{
    namespace http = boost::beast::http;
    auto const protocol = request[http::field::upgrade];
    return http::token_list(request[http::field::connection]).exists("upgrade") &&
           http::token_list(protocol).exists("procd-stream");
}

// How long a route may occupy its connection. A shutdown is never refused, so it occupies nothing.
occupation occupation_of(route_entry const& entry, http_target const& target)
{
    if (entry.pattern == "/v1/logs" || entry.pattern == "/v1/events" ||
        entry.pattern.ends_with("/exec"))
        return occupation::stream;
    if (entry.pattern == "/v1/wait")
        return occupation::wait;
    bool const may_wait =
        std::find(entry.query.begin(), entry.query.end(), "wait") != entry.query.end();
    auto const wait = query_flag(target, "wait", when_absent::yes);
    return may_wait && entry.pattern != "/v1/shutdown" && wait && *wait ? occupation::wait
                                                                        : occupation::none;
}

std::optional<json_reply> no_room(occupation wanted, room_left room)
{
    if (wanted == occupation::stream && !room.for_streams)
        return problem_reply(make_problem(
            503, "too many clients follow logs or events or run commands; end one of them, e.g. a "
                 "`procctl logs -f`, and try again"));
    if (wanted == occupation::wait && !room.for_waits)
        return problem_reply(make_problem(503, "too many clients wait; end one of them, or ask "
                                               "with wait=false (`--no-wait`)"));
    return std::nullopt;
}

routed dispatch(control_api& api, output::hub const& hub, http_request const& request,
                room_left room)
{
    auto const text = std::string_view(request.target().data(), request.target().size());
    auto const target = parse_target(text);
    if (!target)
        return {problem_reply(bad_request("'" + std::string(text.substr(0, 200)) +
                                          "' is not a path with percent-encoding"))};
    auto const method =
        std::string_view(request.method_string().data(), request.method_string().size());
    std::string allow;
    std::vector<std::string> params;
    for (auto const& entry : route_table()) {
        if (!fits(entry.pattern, target->path, params))
            continue;
        if (entry.method != method) {
            allow += (allow.empty() ? "" : ", ") + std::string(entry.method);
            continue;
        }
        if (auto const name = unknown_query(entry, *target); !name.empty())
            return {problem_reply(bad_request("unknown query parameter '" + name + "'"))};
        auto const takes = occupation_of(entry, *target);
        if (auto full = no_room(takes, room))
            return {std::move(*full)};
        auto answer = entry.handle({api, hub, params, *target, request.body(), upgrades(request)});
        if (!answer)
            return {problem_reply(answer.error())};
        return {std::move(*answer), takes};
    }
    if (!allow.empty())
        return {not_allowed(std::move(allow), method)};
    return {no_route(text.substr(0, text.find('?')))};
}

} // namespace

room_left room_beside(std::size_t connections, std::size_t streams, std::size_t waits)
{
    auto const kept = connections / 16;
    return {streams + kept < connections, streams + waits + kept / 2 < connections};
}

json_reply problem_reply(core::api::problem const& problem)
{
    return {problem.status, core::api::to_json(problem), "application/problem+json", {}};
}

std::vector<route_info> known_routes()
{
    std::vector<route_info> all;
    for (auto const& entry : route_table())
        all.push_back({entry.method, entry.pattern, entry.query});
    return all;
}

routed route(control_api& api, output::hub const& hub, http_request const& request, room_left room)
{
    return dispatch(api, hub, request, room);
}

} // namespace procd::control
