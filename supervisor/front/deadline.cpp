#include "supervisor/front/deadline.hpp"

namespace procd::front {

void deadline::arm(time_point at)
{
    armed_ = at;
    timer_.expires_at(at); // cancels the wait before
    timer_.async_wait([this, at](boost::system::error_code cancelled) { fired(cancelled, at); });
}

// A cancelled wait may belong to a deadline that is gone.
void deadline::fired(boost::system::error_code cancelled, time_point at)
{
    if (cancelled || armed_ != at)
        return;
    armed_.reset();
    if (!due_)
        return;
    if (std::chrono::steady_clock::now() < *due_)
        return arm(*due_);
    due_.reset();
    passed_();
}

} // namespace procd::front
