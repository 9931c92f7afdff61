// The three actions of a probe. Each ends at its timeout. A failure of the process is an answer and
// not an exception.
#pragma once

#include "procfile/config.hpp"
#include "supervisor/core/probe.hpp"
#include "supervisor/process/errand.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace procd::process {

struct probe_answer {
    core::probe_result result = core::probe_result::error;
    std::string text; // for people: "HTTP 503", "connection refused", "exit code 1: …"
};

// Lets the owner end the action that is under way, because the process is being stopped.
struct probe_abort {
    std::function<void()> now = [] {};
};

// Connects to 127.0.0.1:port.
boost::asio::awaitable<probe_answer> probe_tcp(boost::asio::io_context& io, int port,
                                               std::chrono::milliseconds timeout,
                                               std::shared_ptr<probe_abort> abort);
// Sends GET on a new connection. A status from 200 to 399 is a success. Redirects on the same host
// and port are followed, at most 10, and at most 10 KiB of a body are read. The timeout holds for
// all requests together.
boost::asio::awaitable<probe_answer> probe_http(boost::asio::io_context& io,
                                                procfile::probe_settings settings, int port,
                                                std::shared_ptr<probe_abort> abort);
// Runs a command. Exit code 0 is a success. The first 4 KiB of its output are kept for the answer.
boost::asio::awaitable<probe_answer> probe_exec(services& with, os::launch_request request,
                                                std::chrono::milliseconds timeout,
                                                std::shared_ptr<probe_abort> abort);

} // namespace procd::process
