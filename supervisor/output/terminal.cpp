// A line reaches stdout in these steps:
// 1. put() has the lines laid out into the buffer. The buffer is written once for all lines of one
//    turn of the event loop, or at once when it holds 256 KiB.
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

// A warning of procd that stdout cannot take.
void say_on_stderr(std::string const& text)
{
    std::string line(os::is_journal(stderr_fd) ? journal_mark(level::warn) : "");
    os::say_without_waiting(stderr_fd, line.append("procd: ").append(text).append("\n"));
}

} // namespace

terminal::terminal(asio::io_context& io, options const& options, callbacks to)
    : io_(io), sink_(options.terminal_fd), waiting_(io), retry_(io), to_(std::move(to)),
      fd_(options.terminal_fd), layout_(options, os::is_terminal(fd_)), progress_(io)
{
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

void terminal::put(source& from, core::line_run const& run, std::uint64_t seq, core::wall_time now,
                   origin of)
{
    if (gone_)
        return;
    if (buffer_.size() >= (of.by == core::author::procd ? most_pending_ours : most_pending)) {
        dropped_ += run.ends.size();
        return;
    }
    layout_.put(buffer_, from, run, seq, now, of);
    if (buffer_.size() >= write_size)
        flush();
    else
        flush_soon();
}

void terminal::end_line(source const& of)
{
    if (layout_.end_line(of) && !gone_) {
        buffer_.append("\n");
        flush_soon();
    }
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
    layout_.end_line();
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
    if (layout_.end_line() && !gone_)
        buffer_.append("\n");
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
