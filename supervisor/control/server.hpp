// The control socket: accepts connections, checks who the client is, keeps the limits, and ends
// sessions.
#pragma once

#include "supervisor/control/control_api.hpp"
#include "supervisor/os/result.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace procd::control {

struct server_options {
    std::string path;   // of the socket; its directory exists
    int directory = -1; // that the socket is made in, if it is open; otherwise that of the path
    unsigned owner = 0; // clients with this uid and root are served; others are refused
    std::size_t max_connections = 256;
    std::chrono::milliseconds request_timeout{10'000}; // from first to last byte of a request
    // Called when an exception has ended a session that nobody cut: a bug, to be logged.
    std::function<void(std::string_view message)> report = [](std::string_view) {};
};

// Sessions are coroutines on `io`. An exception ends its own session only. The objects that the
// constructor takes by reference must outlive the server.
class server {
public:
    server(boost::asio::io_context& io, control_api& api, output::hub& hub,
           output::event_log& events, server_options options);
    ~server();

    // Starts to listen and accept. The error is EADDRINUSE when a live server has this path, and
    // EEXIST when the path is no socket.
    os::result<void> listen();

    // Makes the socket again if its file was removed, and accepts there from now on. Connected
    // clients notice nothing. The errors are those of listen().
    enum class listening { as_before, anew };
    os::result<listening> listen_again();

    // Ends everything within about two seconds. It removes the socket and wakes every session;
    // sessions that wait for a command tell their clients the result (`shutdown` is then done).
    // Sessions that are still there afterwards are cut off. Followers of logs see the end of the
    // stream if the hub was drained before. When this returns, no coroutine of the server runs.
    boost::asio::awaitable<void> close();

    // How many clients are connected.
    std::size_t connections() const;

private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

} // namespace procd::control
