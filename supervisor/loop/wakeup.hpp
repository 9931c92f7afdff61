// The sleep of one coroutine that others may cut short. The coroutine looks at the facts, then
// waits here.
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

    // Returns at the deadline or after poke(), whichever comes first. Without a deadline it returns
    // after poke() only, and holds no timer. There may be
    // one waiter at a time.
    boost::asio::awaitable<void>
    wait(std::optional<std::chrono::steady_clock::time_point> deadline);
    // Resumes the waiter from the event loop, never from inside this call. When nobody waits, the
    // next wait() returns at once, because its caller may have looked before the fact changed.
    void poke();

private:
    boost::asio::io_context& io_;
    boost::asio::steady_timer timer_;
    std::function<void()> waiter_;
    bool timing_ = false;
    bool poked_ = false;
};

} // namespace procd::loop
