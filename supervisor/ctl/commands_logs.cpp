// The command `ps:logs`.
#include "supervisor/core/log_format.hpp"
#include "supervisor/core/process_id.hpp"
#include "supervisor/ctl/commands.hpp"
#include "supervisor/ctl/follow.hpp"
#include "supervisor/ctl/log_printer.hpp"
#include "supervisor/ctl/log_request.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/past_logs.hpp"
#include "supervisor/ctl/previous.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace ctl {

namespace {

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

void add_position(log_style& style, core::api::type_view const& type)
{
    style.positions[type.name] = type.position;
}

// procd does not list the release phase. It has the position that the types leave free.
void add_release_phase(log_style& style)
{
    int free = 0;
    auto const is_taken = [&](auto const& type) { return type.second == free; };
    while (std::any_of(style.positions.begin(), style.positions.end(), is_taken))
        ++free;
    style.positions["release"] = free;
}

// The prefixes look as procd's own on a terminal: procd is asked for the names, which decide the
// width, and for the order of the types, which decides the colours.
log_style style_of(context& c, arguments const& a)
{
    log_style style;
    style.prefix = !a.flag("--no-prefix");
    style.timestamps = a.flag("--timestamps");
    style.on_screen = output_is_terminal();
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
            add_position(style, view_of<core::api::type_view>(item));
    add_release_phase(style);
    return style;
}

std::string json_text(core::log_record const& r)
{
    core::text_buffer out;
    core::append_json(out, {r.seq, core::iso_text_ms(r.time), r.process, r.partial, r.by}, r.bytes);
    return std::string(out.view().substr(0, out.size() - 1)); // without its newline
}

// Prints records in the form that was asked for.
class printing {
public:
    printing(context& c, arguments const& a)
        : json_(c.options().json), ends_lines_(!json_ && !a.flag("--no-prefix")),
          printer_(json_ ? log_style{} : style_of(c, a))
    {
    }
    void show(core::log_record const& r)
    {
        if (json_)
            print_json_text(json_text(r));
        else
            print(printer_.text(r));
    }
    void end()
    {
        if (ends_lines_)
            print(printer_.end());
    }

private:
    bool json_;
    bool ends_lines_; // also that of a piece; without prefixes only the bytes are printed
    log_printer printer_;
};

// Says so when lines were asked for that nobody has.
void say_what_is_not_there(log_request const& wanted, found_logs const& found, bool files)
{
    if (!found.trouble.empty())
        print_error("procctl: " + without_controls(found.trouble) +
                    "; only what procd remembers is shown\n");
    bool const more = wanted.since ? !found.oldest || *found.oldest > *wanted.since
                                   : !wanted.most || found.records < *wanted.most;
    if (!wanted.asks_for_past || !more)
        return;
    auto const oldest = found.oldest.value_or(std::chrono::system_clock::now());
    print_error("procctl: nothing is kept from before " + core::iso_text_ms(oldest) +
                (files ? "\n" : ", because procd keeps no log files here\n"));
}

// procd knows a process or a type no more, but the log files may have its lines.
void each_record_of_gone(context& c, log_request const& wanted, failure const& unknown,
                         log_selection::receiver const& show)
{
    remembered_logs nothing;
    c.procd().stream({"GET", "/v1/logs?files=true&lines=0"}, [&](std::string_view line) {
        if (auto files = core::api::log_files_of(parse_json(line)))
            nothing.files = std::move(*files);
    });
    log_selection selection(wanted, show);
    bool const files = nothing.files.directory.has_value();
    auto const found =
        each_past_record(std::move(nothing), wanted.names, {{}, wanted.since, wanted.enough()},
                         [&](core::log_record r) { selection.add(std::move(r)); });
    if (!found.oldest)
        throw unknown;
    selection.end();
    say_what_is_not_there(wanted, found, files);
}

// Reads procd's answer, and with it the log files, before the first record that comes after it is
// handed on. procd does not wait for ever until an answer is taken, but a pager does not read on
// before its user does. So the records of the past are taken as a whole first.
void each_record(context& c, log_request const& wanted, log_selection::receiver const& show)
{
    remembered_logs remembered;
    bool past = true;
    auto const show_past = [&] {
        past = false;
        bool const files = remembered.files.directory.has_value();
        log_selection selection(wanted, show);
        auto const found = each_past_record(
            std::move(remembered), wanted.names, {{}, wanted.since, wanted.enough()},
            [&](core::log_record r) { selection.add(std::move(r)); });
        selection.end();
        say_what_is_not_there(wanted, found, files);
    };
    c.procd().stream({"GET", logs_target(wanted)}, [&](std::string_view line) {
        auto const v = parse_json(line);
        if (auto files = core::api::log_files_of(v)) {
            remembered.files = std::move(*files);
        } else if (core::api::is_past_end(v)) {
            show_past();
        } else if (!say_missed(v, "lines")) {
            auto record = view_of<core::log_record>(v);
            if (past)
                remembered.records.push_back(std::move(record));
            else if (wanted.wants(record))
                show(record);
        }
    });
    if (past)
        show_past();
}

// The lines of the incarnation before. All lines of the process are looked at.
void show_previous(context& c, arguments const& a)
{
    if (a.words.size() != 1 || !core::parse_process_id(a.words.front()) || a.flag("--follow"))
        throw failure{exit_usage, "--previous takes one process, e.g. web.1, and no --follow"};
    auto const& name = a.words.front();
    auto const view =
        view_of<core::api::process_view>(c.procd().call({"GET", "/v1/processes/" + encode(name)}));
    auto const wanted = log_request_of(a, std::chrono::system_clock::now());
    log_request all;
    all.names = wanted.names;
    std::vector<core::log_record> records;
    each_record(c, all, [&](core::log_record const& r) { records.push_back(r); });
    records = previous_incarnation(std::move(records), view.pid);
    if (records.empty())
        throw failure{exit_failed, "no incarnation of " + name + " before this one is remembered"};
    printing to(c, a);
    auto limited = wanted;
    if (!a.value("--lines"))
        limited.most.reset();
    log_selection selection(limited, [&](core::log_record const& r) { to.show(r); });
    for (auto& record : records)
        selection.add(std::move(record));
    selection.end();
    to.end();
}

} // namespace

void show_logs(context& c, arguments const& a)
{
    if (a.flag("--previous"))
        return show_previous(c, a);
    auto const wanted = log_request_of(a, std::chrono::system_clock::now());
    if (wanted.follow)
        leave_quietly_on_interrupt();
    printing to(c, a);
    auto const show = [&](core::log_record const& r) { to.show(r); };
    try {
        each_record(c, wanted, show);
    } catch (failure const& unknown) {
        if (unknown.code != exit_not_found || wanted.follow)
            throw;
        each_record_of_gone(c, wanted, unknown, show);
    }
    to.end();
}

} // namespace ctl
