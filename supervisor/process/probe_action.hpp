// The three actions of a probe. Each ends at its timeout. A failure of the process is an answer and
// not an exception.
#pragma once

#include "procfile/config.hpp"
#include "supervisor/core/probe.hpp"
#include "supervisor/process/errand.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace procd::process {

struct probe_answer {
    core::probe_result result = core::probe_result::error;
    std::string text;     // for people: "HTTP 503", "connection refused", "exit code 1: …"
    bool refused = false; // nobody listens at the place
};

// Lets the owner end the action that is under way, because the process is being stopped.
struct probe_abort {
    std::function<void()> now = [] {};
};

// Where a probe connects to: the given host, or 127.0.0.1 and, where that refuses, ::1. Many
// development servers listen on ::1 alone. The address that has answered comes first the next time.
struct probe_place {
    probe_place(std::string const& host, int port);
    std::vector<boost::asio::ip::tcp::endpoint> endpoints; // empty: the host is no address
};

// Connects to the place.
boost::asio::awaitable<probe_answer> probe_tcp(boost::asio::io_context& io,
                                               std::shared_ptr<probe_place> place,
                                               std::chrono::milliseconds timeout,
                                               std::shared_ptr<probe_abort> abort);
// Sends GET on a new connection. A status from 200 to 399 is a success. Redirects on the same host
// and port are followed, at most 10, and at most 10 KiB of a body are read; a body that is cut
// short is a failure. The timeout holds for all requests together.
boost::asio::awaitable<probe_answer> probe_http(boost::asio::io_context& io,
                                                procfile::probe_settings settings,
                                                std::shared_ptr<probe_place> place,
                                                std::shared_ptr<probe_abort> abort);
// Runs a command. Exit code 0 is a success. The first 4 KiB of its output are kept for the answer.
boost::asio::awaitable<probe_answer> probe_exec(services& with, os::launch_request request,
                                                std::chrono::milliseconds timeout,
                                                std::shared_ptr<probe_abort> abort);

} // namespace procd::process
