#include "supervisor/ctl/past_logs.hpp"

#include "supervisor/core/history.hpp"
#include "supervisor/core/log_file_name.hpp"

#include <algorithm>
#include <queue>
#include <set>
#include <utility>

namespace ctl {

namespace {

struct old_logs {
    os::unique_fd directory;
    std::vector<old_log> logs;
    std::string trouble;
};

old_logs open_old_logs(core::api::log_files_view const& files,
                       std::vector<std::string> const& names, old_log_bounds bounds)
{
    old_logs old;
    if (!files.directory)
        return old;
    auto archive = os::open_log_archive(*files.directory);
    if (!archive) {
        if (archive.error() != boost::system::errc::no_such_file_or_directory)
            old.trouble = "cannot read the log files in " + *files.directory + ": " +
                          archive.error().message();
        return old;
    }
    old.directory = std::move(archive->directory);
    std::set<std::string> processes;
    for (auto const& name : archive->names)
        if (auto const process = core::process_of_log_file(name))
            if (core::selects(names, *process))
                processes.insert(*process);
    bounds.latest = files.time;
    for (auto const& process : processes) {
        auto const answer = std::find_if(files.processes.begin(), files.processes.end(),
                                         [&](auto const& known) { return known.name == process; });
        auto const known = answer == files.processes.end() ? std::nullopt : std::optional(*answer);
        old.logs.emplace_back(old.directory.get(), process, known, bounds);
    }
    return old;
}

void take_oldest(std::optional<core::wall_time>& oldest, std::optional<core::wall_time> other)
{
    if (other && (!oldest || *other < *oldest))
        oldest = other;
}

} // namespace

// A merge of the old logs and the remembered records, which come last among those of one time.
found_logs each_past_record(remembered_logs&& remembered, std::vector<std::string> const& names,
                            old_log_bounds const& bounds,
                            std::function<void(core::log_record)> const& show)
{
    auto old = open_old_logs(remembered.files, names, bounds);
    found_logs found;
    found.trouble = old.trouble;
    using next = std::pair<core::wall_time, std::size_t>; // the time of a record, and its log
    std::priority_queue<next, std::vector<next>, std::greater<>> order;
    auto const enter = [&](std::size_t log) {
        if (auto const* record = old.logs[log].peek())
            order.emplace(record->time, log);
    };
    for (std::size_t log = 0; log < old.logs.size(); ++log) {
        take_oldest(found.oldest, old.logs[log].oldest());
        enter(log);
    }
    auto rest = remembered.records.begin();
    if (rest != remembered.records.end())
        take_oldest(found.oldest, rest->time);
    while (!order.empty() || rest != remembered.records.end()) {
        ++found.records;
        bool const from_old =
            !order.empty() && (rest == remembered.records.end() || order.top().first <= rest->time);
        if (!from_old) {
            show(std::move(*rest++));
            continue;
        }
        auto const log = order.top().second;
        order.pop();
        show(old.logs[log].take());
        enter(log);
    }
    return found;
}

} // namespace ctl
