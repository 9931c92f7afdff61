// An output stream of a command, on its way to a client as frames. It is read only when the client
// has got what was read before, so a slow client slows the command down.
#pragma once

#include "supervisor/core/stream_frame.hpp"
#include "supervisor/os/output_pipe.hpp"
#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <optional>
#include <string>

namespace procd::process {

class command_output {
public:
    // Takes the descriptor. Its bytes become frames of this type.
    os::error_code open(boost::asio::io_context& io, os::unique_fd fd, core::frame_type type,
                        os::output_from from);
    bool is_open() const { return fd_.has_value(); }
    // There are bytes, or the end.
    bool ready() const { return ready_; }
    // Calls `changed` once when the stream is ready(), or was closed. The function keeps this
    // object alive. Nothing happens while an earlier call waits.
    void watch(std::function<void()> changed);
    // Reads the bytes that are there, once, and makes a frame of them; empty when there are none.
    // Closes the stream at its end.
    std::string read();
    void close() { fd_.reset(); }
    // Of the pty, where the stream is one.
    int native_handle() { return fd_->native_handle(); }

private:
    std::optional<boost::asio::posix::stream_descriptor> fd_;
    core::frame_type type_ = core::frame_type::stdout_data;
    os::output_from from_ = os::output_from::pipe;
    bool waiting_ = false, ready_ = false;
};

} // namespace procd::process
