// procd's stdout: lines in Foreman's form or as JSON, gathered in one buffer and written once per
// batch. Never waits: what stdout does not take stays here, and the readers stop reading.
//
// Pieces of a line, as text: a piece is written with its prefix and without a newline, and the next
// piece of the same line goes on right there, so a prompt stands as its program meant it and a long
// line stays one line. When something else has to be written in between, or the process's output
// ends, a newline comes first, and what follows has its own prefix. As JSON each piece is an
// object.
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
    // What it needs of the hub; called from handlers of its own, never from within a call.
    struct callbacks {
        std::function<void()> ready;             // no longer stalled()
        std::function<void(std::string)> notice; // something to be said as procd
    };
    terminal(boost::asio::io_context& io, options const& options, callbacks to);
    terminal(terminal const&) = delete;
    terminal& operator=(terminal const&) = delete;
    ~terminal() { stop(); }

    // Takes a run. Beyond 8 MiB that stdout does not take (processes that end during a stall), it
    // is dropped and counted; procd's own words have another 1 MiB.
    void put(source& from, core::line_run const& run, std::uint64_t seq, core::wall_time now,
             bool ours);
    // The output of a process has ended: if its line stands open, it does no longer.
    void end_line(source const& of);
    void widen(std::size_t name_width);

    // stdout takes nothing for now: who reads from children must not.
    bool stalled() const { return stalled_; }
    std::uint64_t dropped() const { return dropped_; }

    // Writes what there is, as far as it is taken.
    void flush();
    // The same until the deadline; the rest is dropped and counted.
    boost::asio::awaitable<void> drain(std::chrono::steady_clock::time_point deadline);
    // Nothing is called back from now on.
    void stop();

private:
    void put_text(source& from, core::line_run const& run, core::wall_time now, bool ours);
    void put_json(source const& from, core::line_run const& run, std::uint64_t seq,
                  core::wall_time now);
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
    boost::asio::posix::stream_descriptor waiting_; // on watch_, which owns the descriptor
    boost::asio::steady_timer retry_;               // where there is nothing to wait on
    callbacks to_;
    int fd_;
    bool json_;
    core::prefix_style style_;

    core::text_buffer buffer_;
    bool flush_posted_ = false;
    bool stalled_ = false;
    bool gone_ = false;                 // nobody reads any more, or procd ends: all is discarded
    std::optional<std::uint64_t> open_; // whose line stands open at the end of the buffer
    bool mid_line_ = false;             // the last byte written was no newline
    std::optional<std::uint64_t> failing_at_; // dropped_ when writing began to fail
    std::uint64_t dropped_ = 0;
    loop::condition progress_;

    std::chrono::minutes offset_for_ = std::chrono::minutes::min();
    std::chrono::seconds offset_{0};
    std::int64_t json_ms_ = -1; // for which json_time_ is
    std::string json_time_;
};

} // namespace procd::output
