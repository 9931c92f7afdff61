// Reads the output of one child to its end. While stdout is stalled, the reader does not read, so
// the pipe fills up and the child has to wait.
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
    reader(hub_core& hub, std::shared_ptr<source> to, std::function<void()> closed);
    // Takes the descriptor. The error says why the event loop cannot wait for it.
    os::error_code open(os::unique_fd fd);

    // Waits until there is something to read, unless the reader waits already or stdout is stalled.
    void wait();
    // Reads the bytes that are there, at most 1 MiB, and closes the descriptor.
    void close();
    // Closes the descriptor at once. No callback is called from now on.
    void stop();

    // Shows the start of a line as a piece, once the process has been quiet for 200 ms. Returns
    // when to look again, or nothing when no line is unfinished.
    using time_point = std::chrono::steady_clock::time_point;
    std::optional<time_point> show_quiet(time_point now);
    // Shows the start of a line as a piece now. While more may come, the beginning of a UTF-8
    // character waits for its rest.
    void show_rest(core::line_framer::after_this then = core::line_framer::after_this::ended);
    // Restarts the quiet time, because a stall of stdout does not count as quiet.
    void restart_quiet(time_point now) { first_byte_ = last_byte_ = now; }

    bool listed_as_waiting = false; // the reader is on the hub's list `unfinished`

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
    time_point first_byte_{}, last_byte_{}; // when bytes of the unfinished line came
    os::output_from from_ = os::output_from::pipe;
    bool waiting_ = false;
    bool ended_ = false;
};

} // namespace procd::output
