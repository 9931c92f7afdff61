// The commands about autoscaling.
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

int number_of(arguments const& a, std::string_view option)
{
    auto const text = a.value(option);
    if (!text)
        throw failure{exit_usage, std::string(option) + " is missing; procctl autoscale:set TYPE "
                                                        "--min=N --max=N --cpu-percent=N"};
    int number = 0;
    auto const* const end = text->data() + text->size();
    auto const [stop, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc{} || stop != end)
        throw failure{exit_usage,
                      std::string(option) + ": '" + *text + "' is not a number; e.g. 3"};
    return number;
}

} // namespace

void set_autoscale(context& c, arguments const& a)
{
    auto const& type = a.words.front();
    goal g;
    g.method = "PUT";
    g.target = "/v1/autoscale/" + encode(type);
    g.body = json::serialize(json::object{{"min", number_of(a, "--min")},
                                          {"max", number_of(a, "--max")},
                                          {"cpu_percent", number_of(a, "--cpu-percent")}});
    g.title = "Applying autoscale settings for process type " + type + " on " + c.app() + "... ";
    carry_out(c, g);
}

void unset_autoscale(context& c, arguments const& a)
{
    auto const& type = a.words.front();
    goal g;
    g.method = "DELETE";
    g.target = "/v1/autoscale/" + encode(type);
    g.title = "Removing autoscale for process type " + type + " on " + c.app() + "... ";
    carry_out(c, g);
}

void list_autoscale(context& c, arguments const&)
{
    auto const answer = c.procd().call({"GET", "/v1/autoscale"});
    if (c.options().json)
        return print_json(answer);
    auto const rules = views_of<core::api::autoscale_view>(answer);
    if (c.options().quiet) {
        for (auto const& rule : rules)
            print(rule.type + "\n");
        return;
    }
    print(rules.empty() ? "No autoscale rules found.\n" : autoscale_text(rules));
}

void explain_autoscale(context& c, arguments const& a)
{
    auto const& type = a.words.front();
    auto const answer = c.procd().call({"GET", "/v1/autoscale/" + encode(type) + "/decisions"});
    if (c.options().json)
        return print_json(answer);
    auto const decisions = views_of<core::api::decision_view>(answer);
    print(decisions.empty() ? "No decisions yet for process type " + type + ".\n"
                            : decisions_text(decisions));
}

} // namespace ctl
