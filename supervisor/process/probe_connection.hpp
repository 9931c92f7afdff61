// How a probe connects and is aborted, and the answers for errors. Only for the files that
// implement probe_action.hpp.
#pragma once

#include "supervisor/process/probe_action.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace procd::process {

// While it lives, the probe can be aborted so; also an exception ends that.
class abortable {
public:
    abortable(probe_abort& of, std::function<void()> abort) : of_(of)
    {
        of_.now = std::move(abort);
    }
    abortable(abortable const&) = delete;
    abortable& operator=(abortable const&) = delete;
    ~abortable()
    {
        of_.now = [] {};
    }

private:
    probe_abort& of_;
};

// Connects to the first endpoint that does not refuse, and puts it first. The error is that of the
// first one: a machine without IPv6 has another one for the second. The stream has a deadline.
boost::asio::awaitable<boost::beast::error_code> connect(boost::beast::tcp_stream& stream,
                                                         std::shared_ptr<probe_place> place);

// The answer for an error of a connection. An error of procd itself, such as too many open
// descriptors, says nothing about the process, so it is no failure.
probe_answer answer_for(boost::beast::error_code error, std::chrono::milliseconds timeout);
// The answer where the place has no endpoint.
probe_answer no_address();

} // namespace procd::process
