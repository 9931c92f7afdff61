#include "supervisor/ctl/log_printer.hpp"

#include "supervisor/core/log_format.hpp"
#include "supervisor/core/process_id.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/previous.hpp"

#include <algorithm>
#include <utility>

namespace ctl {

namespace {

// The log files do not tell who wrote a line, but the start of an incarnation is known by its text.
bool is_of_procd(core::log_record const& record)
{
    return record.by == core::author::procd || begins_incarnation(record);
}

} // namespace

// The lines of procd are no part of the process's screen. The screen of an incarnation is a new
// one.
core::shared_screen::shown log_printer::on_screen(core::log_record const& record)
{
    using line = core::shared_screen::line;
    auto& screen = screens_[record.process];
    if (begins_incarnation(record))
        screen = {};
    if (is_of_procd(record))
        return {without_controls(record.bytes), false, false};
    return screen.piece(record.bytes, record.partial ? line::goes_on : line::ends);
}

std::string log_printer::text(core::log_record const& record)
{
    core::shared_screen::shown shown{record.bytes, false, false};
    if (style_.on_screen)
        shown = on_screen(record);
    if (shown.hidden)
        return "";
    std::string out;
    if (open_ != record.process || is_of_procd(record))
        out = end() + prefix_of(record) + shown.text;
    else if (shown.anew)
        out = "\r" + prefix_of(record) + shown.text + "\x1b[K";
    else
        out = shown.text;
    if (record.partial) {
        open_ = record.process;
    } else {
        out += '\n';
        open_.clear();
    }
    return out;
}

std::string log_printer::end()
{
    return std::exchange(open_, {}).empty() ? "" : "\n";
}

std::string log_printer::prefix_of(core::log_record const& record)
{
    auto time = style_.timestamps ? core::iso_text_ms(record.time) + " " : std::string();
    if (!style_.prefix)
        return time;
    auto& prefix = prefixes_[record.process];
    if (prefix.empty()) {
        auto const id = core::parse_process_id(record.process);
        auto const at = style_.positions.find(id ? id->type : "");
        int const position = at == style_.positions.end() ? core::system_color : at->second;
        prefix = core::line_prefix({style_.color, false, style_.name_width},
                                   without_controls(record.process), position, {});
    }
    return time + prefix;
}

} // namespace ctl
