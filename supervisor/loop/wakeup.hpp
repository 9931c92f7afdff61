// The sleep of one coroutine that others may cut short: it looks at the facts, then waits here.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <optional>

namespace procd::loop {

class wakeup {
public:
    explicit wakeup(boost::asio::io_context& io) : io_(io), timer_(io) {}

    // Returns at the deadline, after poke(), or (with no deadline) after poke() only; that last
    // wait holds no timer, so that an idle procd has none armed. One waiter at a time.
    boost::asio::awaitable<void>
    wait(std::optional<std::chrono::steady_clock::time_point> deadline);
    // Resumes the waiter from the event loop, never from inside this call. Nobody waiting: the next
    // wait() returns at once, for its caller may have looked at the facts before this one changed.
    void poke();

private:
    boost::asio::io_context& io_;
    boost::asio::steady_timer timer_;
    std::function<void()> waiter_;
    bool timing_ = false;
    bool poked_ = false;
};

} // namespace procd::loop
