#include "supervisor/loop/condition.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace asio = boost::asio;

namespace procd::loop {

namespace {

using clock = std::chrono::steady_clock;

// Takes the timer off the list, also when the waiting coroutine is destroyed while it waits.
class listed {
public:
    listed(std::shared_ptr<std::vector<asio::steady_timer*>> list, asio::steady_timer& timer)
        : list_(std::move(list)), timer_(&timer)
    {
        list_->push_back(timer_);
    }
    listed(listed const&) = delete;
    listed& operator=(listed const&) = delete;
    ~listed() { list_->erase(std::remove(list_->begin(), list_->end(), timer_), list_->end()); }

private:
    std::shared_ptr<std::vector<asio::steady_timer*>> list_;
    asio::steady_timer* timer_;
};

} // namespace

condition::condition(asio::io_context& io) : io_(io), timed_(std::make_shared<timers>()) {}

// It needs no memory: what wakes a waiter was made when it began to wait.
void condition::notify()
{
    for (auto* timer : *timed_)
        timer->cancel();
}

asio::awaitable<void> condition::wait()
{
    return wait_until(clock::time_point::max());
}

asio::awaitable<void> condition::wait_until(clock::time_point deadline)
{
    asio::steady_timer timer(io_, deadline);
    listed const here(timed_, timer);
    boost::system::error_code cancelled; // set by notify(), which is no error
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

} // namespace procd::loop
