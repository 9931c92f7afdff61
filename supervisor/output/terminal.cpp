// A line reaches stdout in these steps:
// 1. put() formats the lines into the buffer. The buffer is written once for all lines that are
//    read in the same turn of the event loop, or at once when it holds 256 KiB.
// 2. flush() writes without blocking. When stdout takes no more bytes, the terminal is stalled: the
//    readers stop reading, and the terminal waits until stdout is writable again (or for 50 ms,
//    where stdout cannot be watched). Then taken_again() writes on and calls `ready`.
// 3. An error that means "nobody reads" (a closed pipe) ends the output for good: the rest is
//    discarded, and a message goes to stderr. After any other error (a full disk) whole lines are
//    dropped and counted, and the next lines try again. A line that was written in part is kept, so
//    that it can be finished.
// 4. drain() gives stdout until a deadline at the end. After that nothing waits for it any more.
#include "supervisor/output/terminal.hpp"

#include "supervisor/os/journal.hpp"
#include "supervisor/os/local_time.hpp"
#include "supervisor/os/tty.hpp"
#include "supervisor/output/source.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace procd::output {

namespace {

constexpr std::size_t write_size = std::size_t{256} * 1024;
constexpr std::size_t most_pending = 8 << 20;
constexpr std::size_t most_pending_ours = most_pending + (1 << 20);
constexpr int stderr_fd = 2;
constexpr std::string_view erase_rest = "\x1b[K"; // of the line

// A warning of procd that stdout cannot take.
void say_on_stderr(std::string const& text)
{
    std::string line(os::is_journal(stderr_fd) ? journal_mark(level::warn) : "");
    os::say_without_waiting(stderr_fd, line.append("procd: ").append(text).append("\n"));
}

core::line_run without_first(core::line_run const& run)
{
    core::line_run rest = run;
    rest.ends = run.ends.subspan(1);
    return rest;
}

} // namespace

terminal::terminal(asio::io_context& io, options const& options, callbacks to)
    : io_(io), sink_(options.terminal_fd), waiting_(io), retry_(io), to_(std::move(to)),
      fd_(options.terminal_fd), json_(options.json), journal_(options.journal),
      is_screen_(os::is_terminal(fd_)), progress_(io)
{
    style_.color = options.color && !json_;
    style_.timestamps = options.timestamps;
    style_.name_width = options.name_width;
    if (sink_.write_manner() == os::stdio_sink::manner::plain)
        return;
    // The watch is made now, because there may be no descriptor left when stdout stalls.
    if (auto made = sink_.watch()) {
        watch_ = std::move(*made);
        boost::system::error_code failed;
        waiting_.assign(watch_.get(), failed);
        if (failed)
            watch_.reset();
    }
}

void terminal::stop()
{
    to_ = {};
    if (waiting_.is_open())
        waiting_.release(); // watch_ closes it
    watch_.reset();
    retry_.cancel();
}

void terminal::widen(std::size_t name_width)
{
    style_.name_width = std::max(style_.name_width, name_width);
}

std::size_t terminal::prefix_columns() const
{
    if (!is_screen_ || json_)
        return 0;
    return core::line_prefix({false, style_.timestamps, style_.name_width}, "", 0, {}).size();
}

std::string_view terminal::mark(origin of) const
{
    return journal_ && of.by == core::author::procd ? journal_mark(of.weight) : "";
}

void terminal::put(source& from, core::line_run const& run, std::uint64_t seq, core::wall_time now,
                   origin of)
{
    if (gone_)
        return;
    if (buffer_.size() >= (of.by == core::author::procd ? most_pending_ours : most_pending)) {
        dropped_ += run.ends.size();
        return;
    }
    if (json_)
        put_json(from, run, seq, now, of);
    else
        put_text(from, run, now, of);
    if (buffer_.size() >= write_size)
        flush();
    else
        flush_soon();
}

void terminal::put_text(source& from, core::line_run const& run, core::wall_time now, origin of)
{
    std::string_view prefix =
        from.prefix(style_, style_.timestamps ? local(now) : std::chrono::seconds{});
    std::string marked;
    if (auto const priority = mark(of); !priority.empty())
        prefix = marked.append(priority).append(prefix);
    bool const goes_on = open_ == from.number && of.by == core::author::process;
    if (open_ && !goes_on)
        buffer_.append("\n");
    if (is_screen_ && of.by == core::author::process && !from.screen.shows_as_it_is(run.bytes)) {
        put_on_screen(from, prefix, run);
    } else if (goes_on) {
        buffer_.append(run.bytes.substr(0, run.ends.front()));
        core::append_lines(buffer_, prefix, without_first(run), run.ends.front());
    } else {
        core::append_lines(buffer_, prefix, run);
    }
    open_ = run.partial ? std::optional<std::uint64_t>(from.number) : std::nullopt;
}

// `open_` tells whether the first line goes on after a piece that ends the buffer.
void terminal::put_on_screen(source& from, std::string_view prefix, core::line_run const& run)
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
            buffer_.append("\r");
        if (!goes_on || anew)
            buffer_.append(prefix);
        buffer_.append(text);
        if (goes_on && anew)
            buffer_.append(erase_rest);
        if (!run.partial)
            buffer_.append("\n");
        goes_on = false;
    }
}

void terminal::put_json(source const& from, core::line_run const& run, std::uint64_t seq,
                        core::wall_time now, origin of)
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
        buffer_.append(mark(of));
        core::append_json(buffer_, {seq++, json_time_, from.name, run.partial, of.by}, line);
        begin = end;
    }
}

void terminal::end_line(source const& of)
{
    if (open_ != of.number)
        return;
    open_.reset();
    if (gone_)
        return;
    buffer_.append("\n");
    flush_soon();
}

// The offset from UTC is computed once a minute, because it changes at full minutes only.
std::chrono::seconds terminal::local(core::wall_time now)
{
    auto const minute = std::chrono::floor<std::chrono::minutes>(now.time_since_epoch());
    if (minute != offset_for_) {
        offset_for_ = minute;
        offset_ = os::utc_offset(now);
    }
    return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()) + offset_;
}

// Posts a flush, which runs after everything that is ready now has been read.
void terminal::flush_soon()
{
    if (flush_posted_ || stalled_)
        return;
    auto write = [weak = weak_from_this()] {
        if (auto const self = weak.lock()) {
            self->flush_posted_ = false;
            self->flush();
        }
    };
    asio::post(io_, write);
    flush_posted_ = true;
}

void terminal::flush()
{
    if (stalled_ || buffer_.empty()) // an empty write does not prove that writing works again
        return;
    while (!buffer_.empty()) {
        auto const written = sink_.write(buffer_.view());
        if (!written) {
            if (written.error() == boost::system::errc::operation_would_block)
                return wait_until_taken();
            return failed(written.error());
        }
        mid_line_ = buffer_.view()[*written - 1] != '\n';
        buffer_.remove_prefix(*written);
    }
    if (failing_at_) {
        notice("stdout: writing again; " + std::to_string(dropped_ - *failing_at_) +
               " lines were dropped");
        failing_at_.reset();
    }
}

void terminal::wait_until_taken()
{
    stalled_ = true;
    auto look_again = [weak = weak_from_this()](boost::system::error_code ended) {
        if (auto const self = weak.lock(); self && !ended)
            self->taken_again();
    };
    if (watch_ && !sink_.arm(watch_))
        return waiting_.async_wait(asio::posix::stream_descriptor::wait_read, look_again);
    retry_.expires_after(std::chrono::milliseconds(50));
    retry_.async_wait(look_again);
}

void terminal::taken_again()
{
    stalled_ = false;
    flush();
    progress_.notify();
    if (!stalled_ && to_.ready)
        to_.ready();
}

void terminal::failed(os::error_code why)
{
    using enum boost::system::errc::errc_t;
    bool const plain = sink_.write_manner() == os::stdio_sink::manner::plain;
    if (why == broken_pipe || why == bad_file_descriptor || why == connection_reset ||
        why == not_connected || why == connection_refused || (why == io_error && !plain)) {
        gone_ = true;
        buffer_.clear();
        std::string const text = "nobody reads stdout any more (" + why.message() +
                                 "); what the processes write is no longer shown";
        if (why != bad_file_descriptor && !os::same_file(fd_, stderr_fd))
            say_on_stderr(text);
        return notice(text);
    }
    if (!failing_at_) {
        failing_at_ = dropped_;
        std::string const text = "stdout: " + why.message() + "; lines are dropped until it works";
        if (!os::same_file(fd_, stderr_fd))
            say_on_stderr(text);
        notice(text);
    }
    keep_only_cut_line();
}

// Drops the whole lines of the buffer. A line that was written in part is kept, and is finished
// first when writing works again.
void terminal::keep_only_cut_line()
{
    auto const newline = mid_line_ ? buffer_.view().find('\n') : std::string_view::npos;
    if (mid_line_ && newline == std::string_view::npos) {
        buffer_.append("\n");
    } else {
        auto const kept = mid_line_ ? newline + 1 : 0;
        dropped_ += core::count_lines(buffer_.view().substr(kept));
        buffer_.truncate(kept);
    }
    open_.reset();
}

void terminal::notice(std::string text)
{
    auto say = [weak = weak_from_this(), text = std::move(text)] {
        if (auto const self = weak.lock(); self && self->to_.notice)
            self->to_.notice(text);
    };
    asio::post(io_, say);
}

asio::awaitable<void> terminal::drain(steady_clock::time_point deadline)
{
    if (open_ && !gone_)
        buffer_.append("\n");
    open_.reset();
    flush();
    while (stalled_ && !buffer_.empty() && steady_clock::now() < deadline)
        co_await progress_.wait_until(deadline);
    dropped_ += core::count_lines(buffer_.view());
    buffer_.clear();
    if (stalled_)
        give_up();
}

// Cancels the wait for stdout when the time is up, so that procd can end.
void terminal::give_up()
{
    gone_ = true;
    boost::system::error_code none_waiting;
    waiting_.cancel(none_waiting);
    retry_.cancel();
}

} // namespace procd::output
