// A run of lines is written in these steps:
// 1. append() finds the entry of the process and opens its file, if it is closed. At most 16 files
//    are open; when another one is needed, or descriptors run out, the least recently used file is
//    closed.
// 2. format() puts the lines with their times into text_. A piece that continues an open line
//    begins without a time.
// 3. write() writes as many whole lines as fit into the file, rotates the files when the next line
//    does not fit, and goes on with the rest. A line that is larger than a file may be gets a file
//    of its own.
// 4. After a failure the rest of the text is dropped and counted. The first failure is reported,
//    and so is the first success after it.
// 5. When the directory may be over its total, hold_total() counts it anew and removes the oldest
//    files.
#include "supervisor/output/log_files.hpp"

#include "supervisor/core/log_file_name.hpp"
#include "supervisor/core/log_line.hpp"

#include <algorithm>
#include <utility>

namespace procd::output {

namespace {

constexpr std::size_t most_open = 16;

bool out_of_descriptors(os::error_code why)
{
    return why == boost::system::errc::too_many_files_open ||
           why == boost::system::errc::too_many_files_open_in_system;
}

} // namespace

log_files::log_files(log_file_settings settings, std::function<void(std::string)> notice)
    : settings_(std::move(settings)), notice_(std::move(notice))
{
    limit(settings_.limits);
}

void log_files::limit(log_limits limits)
{
    // At least two files fit into the total, so that an old one can be removed when it is reached.
    limits.max_size = std::max<std::uint64_t>(std::min(limits.max_size, limits.total / 2), 1);
    settings_.limits = limits;
    if (directory_ && total_ > limits.total)
        hold_total();
}

log_files::written log_files::append(std::uint32_t number, std::string const& name,
                                     core::line_run const& run, core::wall_time now,
                                     core::author by)
{
    if (entries_.size() <= number)
        entries_.resize(number + 1);
    auto& e = entries_[number];
    if (e.name.empty())
        e.name = core::log_file_name(name);
    e.used = ++uses_;
    auto const dropped_before = dropped_;

    os::error_code why = open(e);
    written done{{e.now.end, e.now.end}, false};
    if (!why) {
        format(e, run, now, by);
        why = write(e);
        e.line_open = !why && run.partial;
    } else {
        dropped_ += run.ends.size();
    }
    why ? failed(e, why, dropped_before) : works(e);
    done.where.end = e.now.end;
    done.whole = !why;
    if (total_ > settings_.limits.total)
        hold_total();
    return done;
}

// The rotated files come first, from the oldest to the newest.
std::optional<log_files::text> log_files::read(std::uint32_t number, part wanted, std::size_t most)
{
    if (number >= entries_.size() || open_directory())
        return std::nullopt;
    auto const& e = entries_[number];
    auto end = e.now.begin;
    std::vector<std::pair<std::string, part>> files{{e.name, e.now}};
    for (std::size_t i = 0; i < e.rotated.size(); end = e.rotated[i++])
        files.push_back({e.name + '.' + std::to_string(i + 1), {e.rotated[i], end}});
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        auto const begin = std::max(wanted.begin, file->second.begin);
        auto const past = std::min(wanted.end, file->second.end);
        if (begin >= past)
            continue;
        auto const bytes = std::min<std::uint64_t>(most, past - begin);
        auto got =
            os::read_log_file(directory_.get(), file->first, begin - file->second.begin, bytes);
        if (got && !got->empty())
            return text{begin, std::move(*got)};
    }
    return std::nullopt;
}

std::optional<log_files::newest_file> log_files::newest(std::uint32_t number) const
{
    if (number >= entries_.size() || !entries_[number].opened)
        return std::nullopt;
    auto const& e = entries_[number];
    return newest_file{e.inode, e.now.end - e.now.begin, e.now.end};
}

void log_files::end_line(std::uint32_t number)
{
    if (number >= entries_.size() || !entries_[number].line_open)
        return;
    auto& e = entries_[number];
    e.line_open = false;
    if (e.file && e.file->mid_line) {
        text_.append("\n");
        auto const dropped_before = dropped_;
        if (auto const why = write(e))
            failed(e, why, dropped_before);
    }
}

void log_files::format(entry const& e, core::line_run const& run, core::wall_time now,
                       core::author by)
{
    auto const prefix = core::iso_text_ms(now) + ' ';
    bool const goes_on = e.line_open && e.file->mid_line && by == core::author::process;
    if (e.file->mid_line && !goes_on)
        text_.append("\n");
    if (!goes_on)
        return core::append_lines(text_, prefix, run);
    text_.append(run.bytes.substr(0, run.ends.front()));
    auto rest = run;
    rest.ends = run.ends.subspan(1);
    core::append_lines(text_, prefix, rest, run.ends.front());
}

// How many bytes of the text go into the present file; 0: the file is full.
std::size_t log_files::portion(entry const& e) const
{
    auto const lines = text_.view();
    auto const size = e.file->size;
    auto const room = settings_.limits.max_size > size ? settings_.limits.max_size - size : 0;
    if (lines.size() <= room)
        return lines.size();
    auto newline = lines.substr(0, room).rfind('\n');
    if (newline == std::string_view::npos && size == 0)
        newline = lines.find('\n'); // this line is larger than a file may be
    if (newline == std::string_view::npos)
        return size == 0 ? lines.size() : 0;
    return newline + 1;
}

os::error_code log_files::write(entry& e)
{
    os::error_code why;
    while (!text_.empty() && !why) {
        auto const bytes = portion(e);
        if (bytes == 0) {
            why = rotate(e);
            continue;
        }
        auto const done = os::append_to(*e.file, text_.view().substr(0, bytes));
        total_ += done.kept;
        e.now.end += done.kept;
        text_.remove_prefix(done.kept);
        why = done.failure;
    }
    if (!text_.empty())
        dropped_ += core::count_lines(text_.view());
    text_.clear();
    return why;
}

os::error_code log_files::open(entry& e)
{
    if (e.file)
        return {};
    if (auto const why = open_directory())
        return why;
    auto const open = std::count_if(entries_.begin(), entries_.end(),
                                    [](entry const& other) { return other.file.has_value(); });
    if (open >= static_cast<std::ptrdiff_t>(most_open))
        close_least_used();
    auto made = os::open_log_file(directory_.get(), e.name);
    if (!made && out_of_descriptors(made.error()) && close_least_used())
        made = os::open_log_file(directory_.get(), e.name);
    if (!made)
        return made.error();
    e.file = std::move(*made);
    bool const other = std::exchange(e.inode, e.file->inode) != e.file->inode;
    find_position(e, other);
    return {};
}

os::error_code log_files::open_directory()
{
    if (directory_)
        return {};
    auto made = os::open_log_directory(settings_.directory);
    if (!made)
        return made.error();
    directory_ = std::move(*made);
    hold_total();
    return {};
}

// A file with another inode, or one that is not as long as procd has left it, is another one.
// Somebody has moved the file away, and its rotated files have perhaps other names too. An empty
// file is what procd expects after a rotation.
void log_files::find_position(entry& e, bool other_inode)
{
    if (!std::exchange(e.opened, true)) {
        e.now = {0, e.file->size};
    } else if (e.now.end - e.now.begin != e.file->size || (other_inode && e.file->size > 0)) {
        e.rotated.clear();
        e.now = {e.now.end, e.now.end + e.file->size};
    }
}

os::error_code log_files::rotate(entry& e)
{
    if (auto const why = os::rotate_log_file(directory_.get(), e.name, settings_.limits.keep))
        return why;
    e.file.reset();
    auto const keep = static_cast<std::size_t>(std::max(settings_.limits.keep, 0));
    e.rotated.insert(e.rotated.begin(), e.now.begin);
    e.rotated.resize(std::min(e.rotated.size(), keep));
    e.now.begin = e.now.end;
    hold_total();
    return open(e);
}

bool log_files::close_least_used()
{
    entry* least = nullptr;
    for (auto& e : entries_)
        if (e.file && (!least || e.used < least->used))
            least = &e;
    if (least)
        least->file.reset();
    return least;
}

// Counts the bytes anew, because others may have changed the directory, and removes the oldest log
// files of procd until the total is kept. Files of others are neither counted nor removed.
void log_files::hold_total()
{
    auto files = os::list_files(directory_.get());
    std::erase_if(files, [](auto const& f) { return !core::is_log_file_name(f.name); });
    total_ = 0;
    for (auto const& f : files)
        total_ += f.size;
    std::sort(files.begin(), files.end(),
              [](auto const& a, auto const& b) { return a.written < b.written; });
    for (auto const& f : files) {
        if (total_ <= settings_.limits.total)
            return;
        if (os::remove_log_file(directory_.get(), f.name))
            continue;
        total_ -= f.size;
        for (auto& e : entries_)
            if (e.name == f.name)
                e.file.reset();
    }
}

void log_files::reopen()
{
    for (auto& e : entries_) {
        e.file.reset();
        e.line_open = false;
    }
    directory_.reset();
}

void log_files::failed(entry& e, os::error_code why, std::uint64_t dropped_before)
{
    e.failing = true;
    e.line_open = false;
    if (failing_since_)
        return;
    failing_since_ = dropped_before;
    notice_("cannot write " + settings_.directory.path + "/" + e.name + ": " + why.message() +
            "; log lines are dropped until it works");
}

// The first file that works again clears the failure of all files, because another file may have
// nothing to write for a long time. A file that still fails reports it at its next line.
void log_files::works(entry& e)
{
    if (!e.failing || !failing_since_)
        return;
    for (auto& other : entries_)
        other.failing = false;
    notice_("writing log files again; " + std::to_string(dropped_ - *failing_since_) +
            " lines were dropped");
    failing_since_.reset();
}

} // namespace procd::output
