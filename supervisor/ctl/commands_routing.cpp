// The commands about the front port.
#include "supervisor/ctl/commands.hpp"
#include "supervisor/ctl/goal.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/views.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <set>

namespace ctl {

namespace json = boost::json;

namespace {

// Each once, because the lack of a router is the problem of all types.
void print_problems(std::vector<core::api::routing_view> const& views)
{
    std::set<std::string> printed;
    for (auto const& v : views)
        for (auto const& problem : v.problems)
            if (printed.insert(problem).second)
                print_error("procctl: warning: " + without_controls(problem) + "\n");
}

// `change` is what is set for each of the types: {"paused": true}.
void set_routing(context& c, arguments const& a, std::string const& doing, json::object change)
{
    json::object body;
    for (auto const& type : a.words)
        body[type] = change;
    goal g;
    g.method = "PATCH";
    g.target = "/v1/routing";
    g.body = json::serialize(body);
    g.title = doing + ' ' + spoken_list(a.words) + " on " + c.app() + "... ";
    g.shows_message = true;
    if (!a.flag("--no-wait"))
        return carry_out(c, g);
    carry_out_without_waiting(c, g);
    if (!c.silent())
        print(g.title + "not waiting until it is done\n");
}

} // namespace

void list_routing(context& c, arguments const& a)
{
    auto const type = a.words.empty() ? std::string() : a.words.front();
    auto answer = c.procd().call({"GET", "/v1/routing" + (type.empty() ? "" : "/" + encode(type))});
    if (!type.empty())
        answer = json::array{std::move(answer)};
    if (c.options().json)
        return print_json(answer);
    auto const views = views_of<core::api::routing_view>(answer);
    if (c.options().quiet) {
        for (auto const& v : views)
            print(v.type + "\n");
        return;
    }
    if (views.empty())
        return print("No front ports found; listen = \"8080\" in [types.web] of procd.toml opens "
                     "one.\n");
    print(routing_text(views));
    print_problems(views);
}

void pause_routing(context& c, arguments const& a)
{
    set_routing(c, a, "Pausing", {{"paused", true}});
}

void resume_routing(context& c, arguments const& a)
{
    set_routing(c, a, "Resuming", {{"paused", false}});
}

void disable_routing(context& c, arguments const& a)
{
    set_routing(c, a, "Disabling", {{"disabled", true}});
}

void enable_routing(context& c, arguments const& a)
{
    set_routing(c, a, "Enabling", {{"disabled", false}});
}

} // namespace ctl
