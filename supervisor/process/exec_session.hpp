// A command that runs beside a process for a client (ps:exec): its streams, its end, and the frames
// to and from the client. One read of its output is buffered, and of its input what the client has
// credit for (core::input_window).
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/core/stream_frame.hpp"
#include "supervisor/loop/wakeup.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/os/output_pipe.hpp"
#include "supervisor/process/child.hpp"
#include "supervisor/process/command_input.hpp"
#include "supervisor/process/command_output.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::process {

struct services;

// The request of a client.
struct exec_request {
    std::vector<std::string> argv;
    bool tty = false;
    bool input = false; // the client sends its stdin; else stdin is /dev/null, or a silent terminal
    os::window_size window;
};

class exec_session : public std::enable_shared_from_this<exec_session> {
public:
    using socket_type = boost::asio::local::stream_protocol::socket;

    // `over` is called when the command has ended and is reaped.
    exec_session(services& with, exec_request request, std::function<void()> over);

    // Launches the command. `base` has the environment, directory, user and cgroup of the process,
    // and is borrowed until start() returns. If the launch fails, serve() tells the client.
    void start(os::launch_request base);
    // The first frame: how much of its stdin the client may send.
    std::string greeting() const;
    // Speaks to the client until the exit code is sent or the client is gone, then kills everything
    // that the command has started. `rest` has the bytes that the client sent after its request.
    boost::asio::awaitable<void> serve(socket_type& socket, std::string rest);
    // Kills the command and all its children, because its process or procd ends.
    void kill();

private:
    void ended(core::exit_status const& status);
    void forget(char const* why);
    void open_streams(os::unique_fd terminal, std::optional<os::pipes> pipes);
    void open(command_output& s, os::unique_fd fd, core::frame_type type, os::output_from from);
    void open_input(os::unique_fd fd);
    void refuse(os::error_code why);
    void watch_output();
    int pid() const { return child_ ? child_->pid() : -1; }
    bool output_open() const { return out_.is_open() || err_.is_open(); }
    bool unkillable() const;
    void begin_reading(socket_type& socket, std::string rest);
    boost::asio::awaitable<void> pass_on(socket_type& socket);
    boost::asio::awaitable<bool> send_output(socket_type& socket);
    boost::asio::awaitable<void> end(socket_type& socket);
    boost::asio::awaitable<void> read_client(socket_type& socket, std::string rest);
    boost::asio::awaitable<void> send_credit(socket_type& socket);
    void take(core::frame const& f);
    boost::asio::awaitable<void> send(socket_type& socket, std::string bytes);
    std::string last_frames() const;

    services& with_;
    exec_request request_;
    std::function<void()> over_;
    loop::wakeup wake_; // of serve()
    loop::wakeup room_; // of read_client(), while too much of stdin waits
    std::string id_;    // the PROCD_ID of the command
    std::optional<child> child_;
    std::shared_ptr<command_input> in_;
    command_output out_, err_;
    std::optional<core::exit_status> status_;
    std::optional<core::never_started> refused_; // why its streams cannot be passed on
    std::optional<std::chrono::steady_clock::time_point> killed_;
    bool client_gone_ = false, reading_client_ = false;
};

} // namespace procd::process
