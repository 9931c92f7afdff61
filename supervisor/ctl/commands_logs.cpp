// The command `ps:logs`.
#include "procfile/config.hpp"
#include "supervisor/core/log_format.hpp"
#include "supervisor/core/process_id.hpp"
#include "supervisor/ctl/commands.hpp"
#include "supervisor/ctl/follow.hpp"
#include "supervisor/ctl/log_printer.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/previous.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>

namespace ctl {

namespace {

constexpr std::uint64_t usual_lines = 300;

// Reads a time (2026-11-23T07:30:00Z), or a duration (10m) as the time so long before `now`.
core::wall_time parse_since(std::string const& text, core::wall_time now)
{
    if (auto const time = core::parse_iso(text))
        return *time;
    auto const span = procfile::parse_duration(text);
    if (!span)
        throw failure{exit_usage, "'" + text +
                                      "' is neither a duration, e.g. 10m, nor a time, e.g. "
                                      "2026-11-23T07:30:00Z"};
    return now - *span;
}

std::string logs_target(arguments const& a)
{
    std::string target = "/v1/logs?";
    if (a.flag("--follow"))
        target += "follow=true&";
    auto const since = a.value("--since");
    if (since)
        target += "since=" +
                  encode(core::iso_text_ms(parse_since(*since, std::chrono::system_clock::now()))) +
                  "&";
    if (!since || a.value("--lines"))
        target += "lines=" + std::to_string(line_count(a, usual_lines)) + "&";
    for (auto const& name : a.words)
        target += (core::parse_process_id(name) || name == "system" ? "process=" : "type=") +
                  encode(name) + "&";
    target.pop_back();
    return target;
}

std::optional<std::string> environment(char const* name)
{
    char const* const value = std::getenv(name);
    return value ? std::optional<std::string>(value) : std::nullopt;
}

bool want_color()
{
    return core::use_color(core::color_when::automatic,
                           {output_is_terminal(), environment("NO_COLOR"),
                            environment("CLICOLOR_FORCE"), environment("TERM")});
}

// The prefixes look as procd's own on a terminal: procd is asked for the names, which decide the
// width, and for the order of the types, which decides the colours.
log_style style_of(context& c, arguments const& a)
{
    log_style style;
    style.prefix = !a.flag("--no-prefix");
    style.timestamps = a.flag("--timestamps");
    if (!style.prefix)
        return style;
    style.color = want_color();
    auto const processes = c.procd().call({"GET", "/v1/processes?usage=false"});
    if (auto const* array = processes.if_array())
        for (auto const& item : *array)
            style.name_width =
                std::max(style.name_width, view_of<core::api::process_view>(item).name.size());
    if (!style.color)
        return style;
    auto const types = c.procd().call({"GET", "/v1/types"});
    if (auto const* array = types.if_array())
        for (auto const& item : *array)
            style.types.push_back(view_of<core::api::type_view>(item).name);
    return style;
}

} // namespace

namespace {

// The lines of the incarnation before. procd is asked for all it has of the process.
void show_previous(context& c, arguments const& a)
{
    if (a.words.size() != 1 || !core::parse_process_id(a.words.front()) || a.flag("--follow"))
        throw failure{exit_usage, "--previous takes one process, e.g. web.1, and no --follow"};
    auto const& name = a.words.front();
    auto const view =
        view_of<core::api::process_view>(c.procd().call({"GET", "/v1/processes/" + encode(name)}));
    std::vector<core::log_record> records;
    std::map<std::uint64_t, std::string> json; // by seq, for --json
    c.procd().stream({"GET", "/v1/logs?lines=1000000&process=" + encode(name)},
                     [&](std::string_view line) {
                         auto const v = parse_json(line);
                         if (say_missed(v, "lines"))
                             return;
                         records.push_back(view_of<core::log_record>(v));
                         if (c.options().json)
                             json[records.back().seq] = line;
                     });
    records = previous_incarnation(std::move(records), view.pid);
    if (records.empty())
        throw failure{exit_failed, "no incarnation of " + name + " before this one is remembered"};
    if (a.value("--lines")) {
        auto const most = line_count(a, usual_lines);
        if (records.size() > most)
            records.erase(records.begin(), records.end() - static_cast<std::ptrdiff_t>(most));
    }
    log_printer printer(c.options().json ? log_style{} : style_of(c, a));
    for (auto const& record : records)
        print(c.options().json ? json[record.seq] + "\n" : printer.text(record));
    if (!c.options().json && !a.flag("--no-prefix"))
        print(printer.end());
}

} // namespace

void show_logs(context& c, arguments const& a)
{
    if (a.flag("--previous"))
        return show_previous(c, a);
    auto const target = logs_target(a);
    bool const follows = a.flag("--follow");
    if (follows)
        leave_quietly_on_interrupt();
    // procd does not wait for ever until an answer is taken, but a pager does not read on before
    // its user does. So an answer with an end is taken as a whole first.
    std::string whole;
    auto const show = [&](std::string const& text) {
        if (follows)
            print(text);
        else
            whole += text;
    };
    if (c.options().json) {
        c.procd().stream({"GET", target},
                         [&](std::string_view line) { show(std::string(line) + "\n"); });
        return print(whole);
    }
    log_printer printer(style_of(c, a));
    c.procd().stream({"GET", target}, [&](std::string_view line) {
        auto const v = parse_json(line);
        if (!say_missed(v, "lines"))
            show(printer.text(view_of<core::log_record>(v)));
    });
    if (!a.flag("--no-prefix"))
        show(printer.end());
    print(whole);
}

} // namespace ctl
