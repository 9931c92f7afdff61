#include "supervisor/ctl/goal.hpp"

#include "supervisor/ctl/output.hpp"

#include <utility>

namespace ctl {

namespace {

std::string joined(std::string const& target, std::string_view query)
{
    return target + (target.find('?') == std::string::npos ? '?' : '&') + std::string(query);
}

void print_warnings(core::api::progress const& p)
{
    for (auto const& warning : p.warnings)
        print_error("procctl: warning: " + without_controls(warning) + "\n");
}

std::string message_of(core::api::progress const& p)
{
    return p.message + (p.not_kept ? " (not kept: " + *p.not_kept + ")" : "");
}

} // namespace

void carry_out(context& c, goal const& g)
{
    auto& procd = c.procd();
    progress_line line(g.title, g.style, c.silent());
    std::string last;
    core::api::progress progress;
    bool changes_shown = false;
    try {
        procd.stream({g.method, g.target, g.body}, [&](std::string_view text) {
            line.begin();
            last = text;
            progress = view_of<core::api::progress>(parse_json(text));
            if (g.shows_changes && !std::exchange(changes_shown, true) && !c.silent())
                print(changes_text(progress.changes));
            if (!progress.done)
                line.show(message_of(progress));
        });
    } catch (failure const&) {
        line.give_up();
        throw;
    }
    if (c.options().json && !last.empty())
        print_json_text(last);
    bool const went_well = progress.done && progress.ok;
    if (went_well)
        line.finish();
    else
        line.give_up();
    if (went_well && g.shows_message && !c.silent())
        print(lines_without_controls(progress.message) + "\n");
    print_warnings(progress);
    if (went_well)
        return;
    auto text = progress.message.empty() ? "procd did not say how it went"
                                         : without_controls(progress.message);
    for (auto const& said : progress.lines)
        text += "\n    " + without_controls(said);
    throw failure{exit_failed, text};
}

void carry_out_without_waiting(context& c, goal const& g)
{
    auto const answer = c.procd().call({g.method, joined(g.target, "wait=false"), g.body});
    if (c.options().json)
        print_json(answer);
    auto const progress = view_of<core::api::progress>(answer);
    print_warnings(progress);
    if (progress.not_kept)
        throw failure{exit_failed, "the change is made, but it is not kept (" +
                                       without_controls(*progress.not_kept) +
                                       "): procd tries again, and it is lost if procd ends "
                                       "before that"};
}

void print_processes(context& c, std::optional<std::string> const& type, columns shown)
{
    std::string target = "/v1/processes" + (type ? "?type=" + encode(*type) : "");
    if (!c.options().json && shown != columns::wide) // measuring many processes takes time
        target = joined(target, "usage=false");
    auto const answer = c.procd().call({"GET", target});
    auto const* array = answer.if_array();
    if (!array)
        unreadable("no array of processes");
    if (c.options().json)
        return print_json(answer);
    std::vector<core::api::process_view> processes;
    for (auto const& item : *array)
        processes.push_back(view_of<core::api::process_view>(item));
    if (c.options().quiet) {
        std::string names;
        for (auto const& p : processes)
            names += p.name + "\n";
        return print(names);
    }
    if (processes.empty())
        return print("No processes found in " + c.app() + " app.\n");
    print(processes_text(std::move(processes), shown));
}

std::string encoded_list(std::vector<std::string> const& names)
{
    std::string text;
    for (auto const& name : names)
        text += (text.empty() ? "" : ",") + encode(name);
    return text;
}

std::string spoken_list(std::vector<std::string> const& names)
{
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return text;
}

} // namespace ctl
