#include "supervisor/core/log_file_text.hpp"

#include <utility>

namespace core {

namespace {

// Takes the time off the front of a line. A line without one, which somebody else has written,
// counts as of the time before.
wall_time take_time(std::string_view& line, wall_time before)
{
    if (line.size() < log_file_prefix || line[log_file_prefix - 1] != ' ')
        return before;
    auto const time = parse_iso(line.substr(0, log_file_prefix - 1));
    if (time)
        line.remove_prefix(log_file_prefix);
    return time.value_or(before);
}

} // namespace

log_text read_log_text(std::string_view text, log_text_state before, std::string const& process,
                       text_end end)
{
    log_text read;
    read.state = before;
    while (read.used < text.size()) {
        auto line = text.substr(read.used);
        auto const newline = line.find('\n');
        bool const partial = newline == std::string_view::npos;
        if (partial && end == text_end::more_follows && read.used > 0)
            break;
        line = line.substr(0, newline);
        read.used += line.size() + (partial ? 0 : 1);
        if (!std::exchange(read.state.mid_line, partial))
            read.state.time = take_time(line, read.state.time);
        read.ends += partial ? 0 : 1;
        if (!partial || !line.empty())
            read.records.push_back(
                {0, read.state.time, process, std::string(line), partial, author::unknown});
    }
    return read;
}

} // namespace core
