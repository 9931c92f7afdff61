#include "supervisor/front/deadline.hpp"

#include <algorithm>

namespace procd::front {

void deadline::arm(time_point at)
{
    armed_.reset();
    timer_.expires_at(at); // cancels the wait before
    timer_.async_wait(
        [this, at, alive = std::weak_ptr(alive_)](boost::system::error_code cancelled) {
            if (!cancelled && !alive.expired())
                fired(at);
        });
    armed_ = at; // not before: without memory nothing waits
}

void deadline::fired(time_point at)
{
    if (armed_ != at)
        return; // it was too late to cancel this wait
    armed_.reset();
    auto const now = std::chrono::steady_clock::now();
    bool const reminds = reminder_ && *reminder_ <= now;
    if (reminds)
        reminder_.reset();
    bool const passes = due_ && *due_ <= now;
    if (passes)
        clear();
    if (due_ || reminder_)
        arm(std::min(due_.value_or(time_point::max()), reminder_.value_or(time_point::max())));
    if (passes)
        passed_();
    else if (reminds && remind_)
        remind_();
}

} // namespace procd::front
