// The router's own lines: accesses and errors, on stdout. The router never waits for its log. When
// the pipe is full, or more lines come than may be shown, access lines are dropped and counted.
#pragma once

#include "supervisor/front/access_line.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace procd::front {

class access_log {
public:
    // Writes to `out`, which does not block from now on.
    access_log(boost::asio::io_context& io, os::unique_fd out);

    // `lines_per_second`: 0 means that there is no limit.
    void configure(bool accesses, std::int64_t lines_per_second);
    bool shows_accesses() const { return accesses_; }
    void add(access const& request);
    // A line of another kind, which is kept back rather than dropped.
    void say(std::string_view words);

private:
    void put(std::string_view line);
    void flush();
    void wait();
    void count_dropped();

    boost::asio::posix::stream_descriptor out_;
    boost::asio::steady_timer timer_;
    std::string waiting_; // bytes that the pipe had no room for
    bool accesses_ = true, is_waiting_ = false, reporting_ = false;
    std::int64_t most_ = 0, this_second_ = 0;
    std::chrono::steady_clock::time_point second_{};
    std::uint64_t dropped_ = 0;
};

} // namespace procd::front
