// A wait has two forms:
// - With a deadline, the coroutine waits on the timer, and poke() cancels the timer.
// - Without one, the handler that resumes the coroutine is stored in waiter_, and poke() posts it.
//   Nothing keeps the event loop busy meanwhile.
// A poke() that finds no waiter is remembered in poked_, and ends the next wait() at once.
#include "supervisor/loop/wakeup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace procd::loop {

namespace asio = boost::asio;

namespace {

// Stores the handler of the suspended coroutine until somebody calls poke(). This is a named type,
// because GCC 12 destroys a capturing lambda inside a co_await expression twice.
struct park {
    std::function<void()>* place;

    template <class Handler>
    void operator()(Handler&& handler) const
    {
        auto kept = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        *place = [kept] { std::move (*kept)(); };
    }
};

} // namespace

asio::awaitable<void> wakeup::wait(std::optional<std::chrono::steady_clock::time_point> deadline)
{
    if (std::exchange(poked_, false))
        co_return;
    if (deadline) {
        timing_ = true;
        timer_.expires_at(*deadline);
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        timing_ = false;
    } else {
        park const initiation{&waiter_};
        co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(initiation,
                                                                             asio::use_awaitable);
    }
    poked_ = false;
}

void wakeup::poke()
{
    poked_ = true;
    if (timing_)
        timer_.cancel();
    if (!waiter_)
        return;
    asio::post(io_, waiter_);
    waiter_ = nullptr; // not before: without memory the waiter is still to be resumed
}

} // namespace procd::loop
