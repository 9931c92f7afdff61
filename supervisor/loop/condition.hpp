// Something may have changed: look again. Level-triggered, so lost or doubled notifications are
// harmless.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace procd::loop {

class condition {
public:
    explicit condition(boost::asio::io_context& io);
    // Wakes every waiter. A waiter that is not waiting yet must look at the facts before it waits;
    // with one thread and no suspension between look and wait nothing is missed.
    void notify();
    // Returns after the next notify(), or at the deadline. A waiter without a deadline costs no
    // timer (Asio wakes up every five minutes while there is one); the end of the condition wakes
    // it too.
    boost::asio::awaitable<void> wait();
    boost::asio::awaitable<void> wait_until(std::chrono::steady_clock::time_point deadline);

private:
    using channel = boost::asio::experimental::channel<void(boost::system::error_code)>;
    using timers = std::vector<boost::asio::steady_timer*>;

    boost::asio::io_context& io_;
    channel forever_; // those without a deadline
    // The others, each on a timer of its own, known here only while it waits.
    std::shared_ptr<timers> timed_;
};

} // namespace procd::loop
