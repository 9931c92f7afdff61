// The commands that set limits and probes of a type.
#include "procfile/config.hpp"
#include "supervisor/ctl/commands.hpp"
#include "supervisor/ctl/goal.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/views.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>

namespace ctl {

namespace json = boost::json;

namespace {

double cores_of(std::string_view text, std::string const& whole)
{
    double cores = -1;
    bool const milli = text.ends_with('m');
    text.remove_suffix(milli);
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, cores);
    if (error != std::errc{} || stop != end || !(cores >= 0))
        throw failure{exit_usage, "--cpu: '" + whole +
                                      "' is not REQUEST or REQUEST/LIMIT in cores, "
                                      "e.g. 0.5, 500m or 0.5/1"};
    return milli ? cores / 1000 : cores;
}

// The body of the request: the limits named by options, and the present value of each other one.
json::object limits_body(arguments const& a, core::api::limits_view const& now)
{
    json::object body{{"cpu_request", now.request}};
    if (auto const text = a.value("--cpu")) {
        auto const slash = text->find('/');
        body["cpu_request"] = cores_of(std::string_view(*text).substr(0, slash), *text);
        if (slash != std::string::npos)
            body["cpu_limit"] = cores_of(std::string_view(*text).substr(slash + 1), *text);
    } else if (now.cpu) {
        body["cpu_limit"] = *now.cpu;
    }
    if (auto const text = a.value("--memory")) {
        auto const size = procfile::parse_size(*text).value_or(0);
        if (size == 0)
            throw failure{exit_usage, "--memory: '" + *text + "' is not a size, e.g. 512M or 2G"};
        if (auto const problem = procfile::memory_limit_problem(size))
            throw failure{exit_usage, "--memory: '" + *text + "' " + *problem};
        body["memory"] = size;
    } else if (now.memory) {
        body["memory"] = *now.memory;
    }
    return body;
}

goal setting(context& c, std::string_view method, std::string target, std::string const& action,
             std::string const& type)
{
    goal g;
    g.method = method;
    g.target = std::move(target);
    g.title = action + " for process type " + type + " on " + c.app() + "... ";
    return g;
}

// The number that an option was given; text that is none is a failure.
std::int64_t number_of(std::string_view option, std::string const& text)
{
    std::int64_t number = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end)
        throw failure{exit_usage, std::string(option) + ": '" + text + "' is not a number; e.g. 3"};
    return number;
}

} // namespace

void set_limits(context& c, arguments const& a)
{
    auto const& type = a.words.front();
    if (!a.value("--cpu") && !a.value("--memory"))
        throw failure{exit_usage, "nothing to set: --cpu REQUEST[/LIMIT], --memory SIZE"};
    auto const now =
        view_of<core::api::type_detail>(c.procd().call({"GET", "/v1/types/" + encode(type)}));
    auto g = setting(c, "PUT", "/v1/limits/" + encode(type), "Applying limits", type);
    g.body = json::serialize(limits_body(a, now.limits));
    carry_out(c, g);
}

void unset_limits(context& c, arguments const& a)
{
    auto const& type = a.words.front();
    carry_out(c, setting(c, "DELETE", "/v1/limits/" + encode(type), "Removing limits", type));
}

void list_limits(context& c, arguments const&)
{
    auto const answer = c.procd().call({"GET", "/v1/limits"});
    if (c.options().json)
        return print_json(answer);
    print(limits_text(views_of<core::api::limits_view>(answer)));
}

void set_probe(context& c, arguments const& a)
{
    auto const& type = a.words[0];
    json::object probe;
    for (auto const& [option, key] :
         {std::pair{"--http", "http"}, std::pair{"--exec", "exec"}, std::pair{"--host", "host"},
          std::pair{"--initial-delay", "initial_delay"}, std::pair{"--period", "period"},
          std::pair{"--timeout", "timeout"}})
        if (auto const text = a.value(option))
            probe[key] = *text;
    if (a.flag("--tcp"))
        probe["tcp"] = true;
    for (auto const& [option, key] :
         {std::pair{"--port", "port"}, std::pair{"--success", "success"},
          std::pair{"--failure", "failure"}})
        if (auto const text = a.value(option))
            probe[key] = number_of(option, *text);
    auto g = setting(c, "PUT", "/v1/healthchecks/" + encode(type), "Applying healthchecks", type);
    g.body = json::serialize(json::object{{a.words[1], std::move(probe)}});
    carry_out(c, g);
}

void unset_probes(context& c, arguments const& a)
{
    auto const& type = a.words[0];
    auto target = "/v1/healthchecks/" + encode(type);
    if (a.words.size() > 1)
        target += "?kind=" + encode(a.words[1]);
    carry_out(c, setting(c, "DELETE", std::move(target), "Removing healthchecks", type));
}

void list_probes(context& c, arguments const&)
{
    auto const answer = c.procd().call({"GET", "/v1/healthchecks"});
    if (c.options().json)
        return print_json(answer);
    auto const probes = views_of<core::api::probe_view>(answer);
    print(probes.empty() ? "No healthchecks found.\n" : probes_text(probes));
}

} // namespace ctl
