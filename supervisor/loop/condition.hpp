// A notification that something may have changed, so that waiters look at the facts again. Lost or
// doubled notifications are harmless, because waiters look at facts and do not count notifications.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace procd::loop {

class condition {
public:
    explicit condition(boost::asio::io_context& io);
    // Wakes every waiter. A coroutine must look at the facts before it waits. There is one thread,
    // so a coroutine that does not suspend between its look and its wait misses nothing.
    void notify();
    // Returns after the next notify(). The wait is a timer that never ends by itself: Asio wakes up
    // for it every five minutes.
    boost::asio::awaitable<void> wait();
    // Returns after the next notify(), or at the deadline.
    boost::asio::awaitable<void> wait_until(std::chrono::steady_clock::time_point deadline);

private:
    using timers = std::vector<boost::asio::steady_timer*>;

    boost::asio::io_context& io_;
    // The timers of the waiters, each listed only while its waiter waits.
    std::shared_ptr<timers> timed_;
};

} // namespace procd::loop
