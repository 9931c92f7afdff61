// The stdout of procd: lines in Foreman's form or as JSON, gathered in one buffer and written once
// per batch. The terminal never blocks: bytes that stdout does not take stay in the buffer, and the
// readers stop reading.
//
// A line may come in pieces. As text, a piece is written with its prefix and without a newline, and
// the next piece of the same line continues it, so a prompt looks as its program meant it and a
// long line stays one line. When another line has to be written in between, or the output of the
// process ends, a newline is written first, and the next piece gets a prefix of its own. As JSON,
// each piece is an object.
//
// On a real terminal the lines come through core/shared_screen, so that no process wipes the lines
// of another one.
#pragma once

#include "supervisor/core/log_format.hpp"
#include "supervisor/loop/condition.hpp"
#include "supervisor/os/stdio_sink.hpp"
#include "supervisor/output/hub.hpp"

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
    // 1 MiB. In the journal a warning or an error of procd begins with its priority.
    struct origin {
        core::author by = core::author::process;
        level weight = level::info; // of a message of procd
    };
    void put(source& from, core::line_run const& run, std::uint64_t seq, core::wall_time now,
             origin of);
    // The output of a process has ended: an unfinished line gets its newline.
    void end_line(source const& of);
    // Pads the prefix to at least `name_width` from now on.
    void widen(std::size_t name_width);
    // The columns that the prefix takes on a real terminal; 0 where stdout is none.
    std::size_t prefix_columns() const;

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
    void put_text(source& from, core::line_run const& run, core::wall_time now, origin of);
    void put_on_screen(source& from, std::string_view prefix, core::line_run const& run);
    void put_json(source const& from, core::line_run const& run, std::uint64_t seq,
                  core::wall_time now, origin of);
    std::string_view mark(origin of) const;
    std::chrono::seconds local(core::wall_time now);
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
    bool json_, journal_;
    bool is_screen_; // a real terminal
    core::prefix_style style_;

    core::text_buffer buffer_;
    bool flush_posted_ = false;
    bool stalled_ = false;
    bool gone_ = false; // nobody reads stdout any more, or procd ends: all lines are discarded
    std::optional<std::uint64_t>
        open_;              // number of the source whose unfinished line ends the buffer
    bool mid_line_ = false; // the last byte written was no newline
    std::optional<std::uint64_t> failing_at_; // the value of dropped_ when writing began to fail
    std::uint64_t dropped_ = 0;
    loop::condition progress_;

    std::chrono::minutes offset_for_ = std::chrono::minutes::min();
    std::chrono::seconds offset_{0};
    std::int64_t json_ms_ = -1; // the millisecond that json_time_ shows
    std::string json_time_;
};

} // namespace procd::output
