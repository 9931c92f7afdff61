#include "supervisor/output/line_layout.hpp"

#include "supervisor/os/journal.hpp"
#include "supervisor/os/local_time.hpp"
#include "supervisor/output/source.hpp"

#include <algorithm>
#include <utility>

namespace procd::output {

namespace {

constexpr std::string_view erase_rest = "\x1b[K"; // of the line

core::line_run without_first(core::line_run const& run)
{
    core::line_run rest = run;
    rest.ends = run.ends.subspan(1);
    return rest;
}

} // namespace

line_layout::line_layout(options const& options, bool is_screen)
    : json_(options.json), journal_(options.journal), is_screen_(is_screen)
{
    style_.color = options.color && !json_;
    style_.timestamps = options.timestamps;
    style_.name_width = options.name_width;
}

void line_layout::put(core::text_buffer& to, source& from, core::line_run const& run,
                      std::uint64_t seq, core::wall_time now, origin of)
{
    if (json_)
        put_json(to, from, run, seq, now, of);
    else
        put_text(to, from, run, now, of);
}

bool line_layout::end_line(source const& of)
{
    return open_ == of.number && end_line();
}

bool line_layout::end_line()
{
    return std::exchange(open_, std::nullopt).has_value();
}

void line_layout::widen(std::size_t name_width)
{
    style_.name_width = std::max(style_.name_width, name_width);
}

std::size_t line_layout::prefix_columns() const
{
    if (!is_screen_ || json_)
        return 0;
    return core::line_prefix({false, style_.timestamps, style_.name_width}, "", 0, {}).size();
}

std::string_view line_layout::mark(origin of) const
{
    return journal_ && of.by == core::author::procd ? journal_mark(of.weight) : "";
}

void line_layout::put_text(core::text_buffer& to, source& from, core::line_run const& run,
                           core::wall_time now, origin of)
{
    std::string_view prefix =
        from.prefix(style_, style_.timestamps ? local(now) : std::chrono::seconds{});
    std::string marked;
    if (auto const priority = mark(of); !priority.empty())
        prefix = marked.append(priority).append(prefix);
    bool const goes_on = open_ == from.number && of.by == core::author::process;
    if (open_ && !goes_on)
        to.append("\n");
    if (is_screen_ && of.by == core::author::process && !from.screen.shows_as_it_is(run.bytes)) {
        put_on_screen(to, from, prefix, run);
    } else if (goes_on) {
        to.append(run.bytes.substr(0, run.ends.front()));
        core::append_lines(to, prefix, without_first(run), run.ends.front());
    } else {
        core::append_lines(to, prefix, run);
    }
    open_ = run.partial ? std::optional<std::uint64_t>(from.number) : std::nullopt;
}

// `open_` tells whether the first line goes on after a piece that ends the buffer.
void line_layout::put_on_screen(core::text_buffer& to, source& from, std::string_view prefix,
                                core::line_run const& run)
{
    bool goes_on = open_ == from.number;
    std::size_t begin = 0;
    for (auto const end : run.ends) {
        auto const line = run.bytes.substr(begin, end - begin - (run.partial ? 0 : 1));
        auto const [text, anew, hidden] =
            from.screen.piece(line, run.partial ? core::shared_screen::line::goes_on
                                                : core::shared_screen::line::ends);
        begin = end;
        if (hidden)
            continue;
        if (goes_on && anew)
            to.append("\r");
        if (!goes_on || anew)
            to.append(prefix);
        to.append(text);
        if (goes_on && anew)
            to.append(erase_rest);
        if (!run.partial)
            to.append("\n");
        goes_on = false;
    }
}

void line_layout::put_json(core::text_buffer& to, source const& from, core::line_run const& run,
                           std::uint64_t seq, core::wall_time now, origin of)
{
    auto const ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    if (ms != json_ms_) {
        json_time_ = core::iso_text_ms(now);
        json_ms_ = ms;
    }
    std::size_t begin = 0;
    for (auto const end : run.ends) {
        auto const line = run.bytes.substr(begin, end - begin - (run.partial ? 0 : 1));
        to.append(mark(of));
        core::append_json(to, {seq++, json_time_, from.name, run.partial, of.by}, line);
        begin = end;
    }
}

// The offset from UTC is computed once a minute, because it changes at full minutes only.
std::chrono::seconds line_layout::local(core::wall_time now)
{
    auto const minute = std::chrono::floor<std::chrono::minutes>(now.time_since_epoch());
    if (minute != offset_for_) {
        offset_for_ = minute;
        offset_ = os::utc_offset(now);
    }
    return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()) + offset_;
}

} // namespace procd::output
