// The control socket: accepts, checks who is there, keeps the limits, and ends sessions.
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
    unsigned owner = 0; // this uid and root may speak; others are refused
    std::size_t max_connections = 256;
    std::chrono::milliseconds request_timeout{10'000}; // from a request's first byte to its last
    // A session ended by an exception that is nobody's hanging up: a bug, to be logged.
    std::function<void(std::string_view what)> report = [](std::string_view) {};
};

// Sessions are coroutines on `io`; an exception ends its own session only. The three referred-to
// objects outlive the server.
class server {
public:
    server(boost::asio::io_context& io, control_api& api, output::hub& hub,
           output::event_log& events, server_options options);
    ~server();

    // Starts to listen and accept. EADDRINUSE when a live server is there, EEXIST when the path is
    // something else.
    os::result<void> listen();

    // Ends everything within about a second: removes the socket, wakes every session, lets those
    // that wait say how it went (`shutdown` itself answers now that it is done), then cuts off who
    // is still there. Followers of logs see the end of the hub's stream if drain() came before.
    // Nothing of the server runs any more when this returns.
    boost::asio::awaitable<void> close();

    std::size_t connections() const;

private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

} // namespace procd::control
