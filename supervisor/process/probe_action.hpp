// The three things a probe can do. Each is over at its deadline, and never throws for what it looks
// at: that is its answer.
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

// Lets somebody else end the action that is under way: the process it looks at is being stopped.
struct probe_abort {
    std::function<void()> now = [] {};
};

// A connection to 127.0.0.1:port.
boost::asio::awaitable<probe_answer> probe_tcp(boost::asio::io_context& io, int port,
                                               std::chrono::milliseconds timeout,
                                               std::shared_ptr<probe_abort> abort);
// GET on a new connection; 200 to 399 is well, redirects are followed on the same host, 10 at most,
// and 10 KiB of a body are read. One timeout over all.
boost::asio::awaitable<probe_answer> probe_http(boost::asio::io_context& io,
                                                procfile::probe_settings settings, int port,
                                                std::shared_ptr<probe_abort> abort);
// A command; exit code 0 is well. 4 KiB of its output are kept.
boost::asio::awaitable<probe_answer> probe_exec(services& with, os::launch_request request,
                                                std::chrono::milliseconds timeout,
                                                std::shared_ptr<probe_abort> abort);

} // namespace procd::process
