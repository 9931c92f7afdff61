// The one time limit of a connection. It moves with each request, so moving it later costs nothing:
// the timer is set anew only when it fires too early, or would fire too late.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace procd::front {

class deadline {
public:
    using time_point = std::chrono::steady_clock::time_point;

    // `passed` is called from the event loop when the limit is over.
    deadline(boost::asio::io_context& io, std::function<void()> passed)
        : timer_(io), passed_(std::move(passed)), alive_(std::make_shared<int>())
    {
    }

    void set(time_point due)
    {
        due_ = due;
        if (!armed_ || due < *armed_)
            arm(due);
    }
    // The reminder is called from the event loop, unless the limit is over or was cleared by then.
    void on_reminder(std::function<void()> call) { remind_ = std::move(call); }
    void remind(time_point at)
    {
        reminder_ = at;
        if (!armed_ || at < *armed_)
            arm(at);
    }
    void clear()
    {
        due_.reset();
        reminder_.reset();
    }

private:
    void arm(time_point at);
    void fired(time_point at);

    boost::asio::steady_timer timer_;
    std::function<void()> passed_;
    std::optional<time_point> due_, reminder_;
    std::function<void()> remind_;
    std::optional<time_point> armed_; // absent: the timer does not run
    std::shared_ptr<int> alive_;      // a handler that outlives the deadline sees that it is gone
};

} // namespace procd::front
