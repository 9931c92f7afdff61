#include "supervisor/front/deadline.hpp"

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
    if (!due_)
        return;
    if (std::chrono::steady_clock::now() < *due_)
        return arm(*due_);
    due_.reset();
    passed_();
}

} // namespace procd::front
