// The commands about autoscaling.
#include "supervisor/ctl/commands.hpp"
#include "supervisor/ctl/goal.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/views.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace ctl {

namespace json = boost::json;

namespace {

constexpr std::string_view usage =
    " is missing; procctl autoscale:set TYPE --min=N --max=N --cpu-percent=N, or --concurrency=N";

std::optional<int> number_if_given(arguments const& a, std::string_view option)
{
    auto const text = a.value(option);
    if (!text)
        return std::nullopt;
    int number = 0;
    auto const* const end = text->data() + text->size();
    auto const [stop, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc{} || stop != end)
        throw failure{exit_usage,
                      std::string(option) + ": '" + *text + "' is not a number; e.g. 3"};
    return number;
}

int number_of(arguments const& a, std::string_view option)
{
    auto const number = number_if_given(a, option);
    if (!number)
        throw failure{exit_usage, std::string(option) + std::string(usage)};
    return *number;
}

json::object rule_of(arguments const& a)
{
    json::object rule{{"min", number_of(a, "--min")}, {"max", number_of(a, "--max")}};
    auto const percent = number_if_given(a, "--cpu-percent");
    auto const concurrency = number_if_given(a, "--concurrency");
    if (!percent && !concurrency)
        throw failure{exit_usage, "--cpu-percent" + std::string(usage)};
    if (percent)
        rule["cpu_percent"] = *percent;
    if (concurrency)
        rule["concurrency"] = *concurrency;
    return rule;
}

} // namespace

void set_autoscale(context& c, arguments const& a)
{
    auto const& type = a.words.front();
    goal g;
    g.method = "PUT";
    g.target = "/v1/autoscale/" + encode(type);
    g.body = json::serialize(rule_of(a));
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
