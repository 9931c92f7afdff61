// The stdout of procd: lines in Foreman's form or as JSON, gathered in one buffer and written once
// per batch. The terminal never blocks: bytes that stdout does not take stay in the buffer, and the
// readers stop reading.
#pragma once

#include "supervisor/loop/condition.hpp"
#include "supervisor/os/stdio_sink.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/output/line_layout.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace procd::output {

class terminal : public std::enable_shared_from_this<terminal> {
public:
    // The calls to the hub. They come from the event loop, never from inside a call of the hub.
    struct callbacks {
        std::function<void()> ready;             // stdout is no longer stalled
        std::function<void(std::string)> notice; // a message for the user
    };
    terminal(boost::asio::io_context& io, options const& options, callbacks to);
    terminal(terminal const&) = delete;
    terminal& operator=(terminal const&) = delete;
    ~terminal() { stop(); }

    // Adds a run of lines to the buffer. A run that finds 8 MiB in the buffer is dropped and
    // counted (processes that end during a stall can fill it). Messages of procd have another
    // 1 MiB.
    void put(source& from, core::line_run const& run, std::uint64_t seq, core::wall_time now,
             origin of);
    // The output of a process has ended: an unfinished line gets its newline.
    void end_line(source const& of);
    // Pads the prefix to at least `name_width` from now on.
    void widen(std::size_t name_width) { layout_.widen(name_width); }
    // The columns that the prefix takes on a real terminal; 0 where stdout is none.
    std::size_t prefix_columns() const { return layout_.prefix_columns(); }

    // True while stdout takes no bytes. Nobody may read from a child then.
    bool stalled() const { return stalled_; }
    // How many lines could not be written.
    std::uint64_t dropped() const { return dropped_; }

    // Writes as much of the buffer as stdout takes without blocking.
    void flush();
    // Writes the buffer until the deadline, then drops and counts the rest.
    boost::asio::awaitable<void> drain(std::chrono::steady_clock::time_point deadline);
    // No callback is called from now on.
    void stop();

private:
    void flush_soon();
    void wait_until_taken();
    void taken_again();
    void failed(os::error_code why);
    void give_up();
    void keep_only_cut_line();
    void notice(std::string text);

    boost::asio::io_context& io_;
    os::stdio_sink sink_;
    os::unique_fd watch_;
    boost::asio::posix::stream_descriptor waiting_; // borrows the descriptor of watch_
    boost::asio::steady_timer retry_;               // used when stdout cannot be watched
    callbacks to_;
    int fd_;
    line_layout layout_;

    core::text_buffer buffer_;
    bool flush_posted_ = false;
    bool stalled_ = false;
    bool gone_ = false;     // nobody reads stdout any more, or procd ends: all lines are discarded
    bool mid_line_ = false; // the last byte written was no newline
    std::optional<std::uint64_t> failing_at_; // the value of dropped_ when writing began to fail
    std::uint64_t dropped_ = 0;
    loop::condition progress_;
};

} // namespace procd::output
