// A command run beside a process on a client's behalf (ps:exec): its streams, its end, and the
// frames between it and the client. Nothing is held in either direction beyond one read.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/core/stream_frame.hpp"
#include "supervisor/loop/wakeup.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/process/child.hpp"

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

// What a client asks for.
struct exec_request {
    std::vector<std::string> argv;
    bool tty = false;
    bool input = false; // the client's stdin; else /dev/null, or a terminal that nobody types on
    os::window_size window;
};

class exec_session : public std::enable_shared_from_this<exec_session> {
public:
    using socket_type = boost::asio::local::stream_protocol::socket;

    // `base` has the environment, directory, user and cgroup of the process; borrowed until start()
    // returns. `over` is called when the command has ended and is reaped.
    exec_session(services& with, exec_request what, std::function<void()> over);

    // Launches. What keeps it from running is told by serve().
    void start(os::launch_request base);
    // Speaks to the client until the exit code is sent, or the client is gone: then everything the
    // command started is killed. `rest` is what the client sent after the request.
    boost::asio::awaitable<void> serve(socket_type& socket, std::string rest);
    // KILL to all of it: its process has ended, or procd does.
    void kill();

private:
    using descriptor = boost::asio::posix::stream_descriptor;

    // One of the command's streams on its way to the client.
    struct source {
        std::optional<descriptor> fd;
        core::frame_type type = core::frame_type::stdout_data;
        bool pty = false, waiting = false, ready = false;
    };

    void ended(core::exit_status const& status);
    void forget(char const* why);
    void open(source& s, os::unique_fd fd, core::frame_type type, bool pty);
    void watch(source& s);
    std::string read(source& s);
    int pid() const { return child_ ? child_->pid() : -1; }
    bool output_open() const { return out_.fd || err_.fd; }
    boost::asio::awaitable<void> read_client(socket_type& socket, std::string rest);
    boost::asio::awaitable<void> take(core::frame f);
    boost::asio::awaitable<void> write_input(std::string bytes);
    boost::asio::awaitable<void> send(socket_type& socket, std::string bytes);
    std::string last_frames() const;

    services& with_;
    exec_request what_;
    std::function<void()> over_;
    loop::wakeup wake_;
    std::string id_; // its PROCD_ID
    std::optional<child> child_;
    std::optional<descriptor> in_; // the pipe's end, or a dup of the pty's master
    source out_, err_;
    std::optional<core::exit_status> status_;
    std::optional<std::chrono::steady_clock::time_point> killed_;
    bool client_gone_ = false, reading_client_ = false;
};

} // namespace procd::process
