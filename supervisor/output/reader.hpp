// Reads one child's output to its end. It reads as much as stdout takes: while that stalls it
// leaves the child's pipe alone, and the child has to wait.
#pragma once

#include "supervisor/core/line_framer.hpp"
#include "supervisor/os/output_pipe.hpp"
#include "supervisor/output/hub.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace procd::output {

class reader : public std::enable_shared_from_this<reader> {
public:
    reader(hub_core& hub, os::unique_fd fd, std::shared_ptr<source> to,
           std::function<void()> closed);

    // Waits for something to read, unless it does already or stdout stalls.
    void wait();
    // Reads what is there, at most 1 MiB, and closes.
    void close();
    // The hub is gone, or the reader is done with: nothing is called from now on.
    void stop();

    // The start of a line that has been quiet for so long is shown as a piece; returns when to look
    // again, or nothing when no line is waiting.
    using time_point = std::chrono::steady_clock::time_point;
    std::optional<time_point> show_quiet(time_point now);
    void show_rest();
    // A stall is no quiet: the time starts anew.
    void restart_quiet(time_point now) { first_byte_ = last_byte_ = now; }

    bool listed_as_waiting = false; // by the hub, for the timer

private:
    void readable();
    os::output_read read_once();
    void ended();
    void end();
    void tell();

    hub_core* hub_; // null: stopped
    boost::asio::posix::stream_descriptor fd_;
    std::shared_ptr<source> to_;
    std::function<void()> closed_;
    core::line_framer framer_;
    time_point first_byte_{}, last_byte_{}; // of the unfinished line
    bool pty_;
    bool waiting_ = false;
    bool ended_ = false;
};

} // namespace procd::output
