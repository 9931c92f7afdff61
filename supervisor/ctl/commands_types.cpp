// The commands about types and how many there are of each.
#include "procfile/config.hpp"
#include "procfile/formation.hpp"
#include "supervisor/ctl/commands.hpp"
#include "supervisor/ctl/goal.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/views.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace ctl {

namespace json = boost::json;

namespace {

// A command that has succeeded prints the table of processes below its progress.
void print_result(context& c)
{
    if (c.silent())
        return;
    print("\n");
    print_processes(c, std::nullopt, columns::usual);
}

void wait_and_print(context& c, goal const& g, bool wait)
{
    if (wait) {
        carry_out(c, g);
    } else {
        carry_out_without_waiting(c, g);
        if (!c.silent())
            print(g.title + "\nnot waiting until it is done\n");
    }
    print_result(c);
}

// Reads a duration as it is written everywhere ("30s"), or a bare number as seconds.
std::chrono::milliseconds parse_timeout(std::string const& text)
{
    bool const bare = !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
    auto const span = procfile::parse_duration(bare ? text + "s" : text);
    constexpr std::chrono::hours longest{24 * 366};
    if (!span || *span > longest)
        throw failure{exit_usage, "'" + text + "' is not a duration of up to a year, e.g. 30s"};
    return *span;
}

} // namespace

void list_types(context& c, arguments const& a)
{
    auto const name = a.words.empty() ? std::string() : a.words.front();
    auto answer = c.procd().call({"GET", "/v1/types" + (name.empty() ? "" : "/" + encode(name))});
    if (!name.empty())
        answer = json::array{std::move(answer)};
    auto const* array = answer.if_array();
    if (!array)
        unreadable("no array of types");
    if (c.options().json)
        return print_json(answer);
    std::vector<core::api::type_view> types;
    for (auto const& item : *array)
        types.push_back(view_of<core::api::type_view>(item));
    if (!c.options().quiet)
        return print(types_text(std::move(types)));
    std::string names;
    for (auto const& type : types)
        names += type.name + "\n";
    print(names);
}

void describe_type(context& c, arguments const& a)
{
    auto const answer = c.procd().call({"GET", "/v1/types/" + encode(a.words.front())});
    if (c.options().json)
        return print_json(answer);
    print(describe_text(view_of<core::api::type_detail>(answer)));
}

void restart(context& c, arguments const& a)
{
    goal g;
    g.target = "/v1/restart" + (a.words.empty() ? "" : "?name=" + encoded_list(a.words));
    g.title = "Restarting processes... but first, coffee!";
    g.style = progress_line::style::block;
    wait_and_print(c, g, !a.flag("--no-wait"));
}

void scale(context& c, arguments const& a)
{
    json::array words;
    for (auto const& word : a.words) {
        auto const change = procfile::parse_change(word);
        if (!change)
            throw failure{exit_usage, change.error().message};
        words.emplace_back(word);
    }
    goal g;
    g.method = "PATCH";
    g.target = "/v1/formation";
    g.body = json::serialize(words);
    g.title = "Scaling processes... but first, coffee!";
    g.style = progress_line::style::block;
    wait_and_print(c, g, !a.flag("--no-wait"));
}

void wait_until_ready(context& c, arguments const& a)
{
    goal g;
    g.method = "GET";
    g.target = "/v1/wait?name=" + encode(a.words.front());
    if (auto const timeout = a.value("--timeout"))
        g.target += "&timeout_ms=" + std::to_string(parse_timeout(*timeout).count());
    g.title = "Waiting for " + a.words.front() + "... ";
    carry_out(c, g);
}

} // namespace ctl
