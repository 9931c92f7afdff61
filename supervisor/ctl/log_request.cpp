#include "supervisor/ctl/log_request.hpp"

#include "supervisor/core/log_file_name.hpp"
#include "supervisor/core/process_id.hpp"
#include "supervisor/core/time_text.hpp"
#include "supervisor/ctl/failure.hpp"
#include "supervisor/os/local_time.hpp"

#include <algorithm>
#include <charconv>

namespace ctl {

namespace {

constexpr std::uint64_t usual_lines = 300;
constexpr std::uint64_t most_remembered = 1'000'000; // that procd may be asked for

// The local clock may show an hour twice, or leave one out. Two steps find the offset that holds
// at the time itself.
core::wall_time from_local(core::wall_time local)
{
    auto const near = local - os::utc_offset(local);
    return local - os::utc_offset(near);
}

std::optional<core::wall_time> time_of(arguments const& a, std::string_view option,
                                       core::wall_time now)
{
    auto const text = a.value(option);
    if (!text)
        return std::nullopt;
    if (auto const span = core::parse_span(*text))
        return now - *span;
    auto const time = core::parse_time_text(*text);
    if (!time)
        throw failure{exit_usage, std::string(option) + ": '" + *text +
                                      "' is neither a duration, e.g. 10m, 1h30m or 2d, nor a date, "
                                      "e.g. 2026-11-23, nor a time, e.g. 2026-11-23T07:30:00Z"};
    return time->zoned ? time->time : from_local(time->time);
}

// -1 means all.
std::optional<std::uint64_t> lines_of(std::string const& text)
{
    if (text == "-1")
        return std::nullopt;
    std::uint64_t count = 0;
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, count);
    if (read.ec != std::errc() || read.ptr != end)
        throw failure{exit_usage, "'" + text + "' is not a number of lines; -1 means all"};
    return count;
}

} // namespace

bool log_request::wants(core::log_record const& record) const
{
    return (!since || record.time >= *since) && (!until || record.time <= *until) &&
           (!grep || grep->found_in(record.bytes));
}

std::optional<std::uint64_t> log_request::enough() const
{
    return until || grep ? std::nullopt : most;
}

log_request log_request_of(arguments const& a, core::wall_time now)
{
    log_request wanted;
    wanted.names = a.words;
    wanted.follow = a.flag("--follow");
    wanted.since = time_of(a, "--since", now);
    wanted.until = time_of(a, "--until", now);
    if (wanted.follow && wanted.until)
        throw failure{exit_usage, "--follow shows what comes, and --until only what was; "
                                  "leave out one of them"};
    if (wanted.since && wanted.until && *wanted.since > *wanted.until)
        throw failure{exit_usage, "--since is later than --until"};
    if (auto const text = a.value("--grep")) {
        wanted.grep.emplace(*text);
        if (!wanted.grep->error().empty())
            throw failure{exit_usage, "--grep: '" + *text +
                                          "' is no regular expression: " + wanted.grep->error()};
    }
    auto const lines = a.value("--lines");
    if (lines)
        wanted.most = lines_of(*lines);
    else if (!wanted.since)
        wanted.most = usual_lines;
    wanted.asks_for_past = lines || wanted.since;
    return wanted;
}

std::string logs_target(log_request const& wanted)
{
    std::string target =
        "/v1/logs?files=true&lines=" +
        std::to_string(std::min(wanted.enough().value_or(most_remembered), most_remembered));
    if (wanted.follow)
        target += "&follow=true";
    if (wanted.since)
        target += "&since=" + encode(core::iso_text_ms(*wanted.since));
    for (auto const& name : wanted.names)
        target +=
            (core::parse_process_id(name) || core::is_own_log(name) ? "&process=" : "&type=") +
            encode(name);
    return target;
}

void log_selection::add(core::log_record record)
{
    if (!wanted_.wants(record))
        return;
    if (!wanted_.most)
        return show_(record);
    last_.push_back(std::move(record));
    if (last_.size() > *wanted_.most)
        last_.pop_front();
}

void log_selection::end()
{
    for (auto const& record : last_)
        show_(record);
    last_.clear();
}

} // namespace ctl
