#include "supervisor/process/child.hpp"

#include "supervisor/loop/adopt.hpp"
#include "supervisor/os/child.hpp"
#include "supervisor/process/signal_numbers.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace procd::process {

namespace {

constexpr std::array followed_by_cont{sighup, sigint, sigquit, sigterm};

} // namespace

child::child(boost::asio::io_context& io, reaper& children, os::child& made, reaper::end ended,
             std::function<void()> launched)
    : children_(children), ended_(std::move(ended)), launched_(std::move(launched)), pid_(made.pid),
      status_(io), alive_(std::make_shared<int>(0))
{
    children_.watch(pid_, [this](core::exit_status const& status) { end(status); });
    // Mostly it is known by now. A wait would cost a place in the event loop.
    read_launch(made.status.get());
    if (launch_ != core::launch_fact::pending || failure_)
        return;
    if (auto const refused = loop::adopt(status_, made.status)) {
        fail({"launch", refused.value(), ""});
        return;
    }
    if (launched_)
        watch_launch();
}

child::~child()
{
    forget();
}

// The command runs once exec has closed the status pipe.
void child::watch_launch()
{
    status_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
                           if (alive.expired() || error)
                               return;
                           read_launch(status_.native_handle());
                           if (launch_ == core::launch_fact::pending && !failure_)
                               return watch_launch();
                           status_.close(error);
                           launched_();
                       });
}

void child::read_launch(int status_fd)
{
    auto const seen = os::read_launch_status(status_fd);
    switch (seen.phase) {
    case os::launch_phase::pending:
        break;
    case os::launch_phase::running:
        launch_ = core::launch_fact::running;
        break;
    case os::launch_phase::failed:
        failure_ = seen.failure;
        break;
    }
}

void child::end(core::exit_status const& status)
{
    if (status_.is_open())
        read_launch(status_.native_handle());
    boost::system::error_code closed;
    status_.close(closed);
    launch_ = core::launch_fact::none;
    auto const told = std::exchange(ended_, nullptr); // the owner may destroy this child
    auto const seen = failure_ ? core::exit_status(*failure_) : status;
    std::weak_ptr<int> const alive = alive_;
    told(seen);
    if (!alive.expired())
        pid_ = -1;
}

os::error_code child::send(int number) const
{
    if (pid_ < 0 || !ended_)
        return os::error_of(ESRCH);
    if (auto const no_group = os::send_signal(-pid_, number))
        return os::send_signal(pid_, number); // before its setsid the group does not exist yet
    return {};
}

os::error_code child::stop(int number)
{
    auto const error = send(number);
    if (!error)
        send(sigcont);
    return error;
}

os::error_code child::signal(int number)
{
    bool const cont = std::find(followed_by_cont.begin(), followed_by_cont.end(), number) !=
                      followed_by_cont.end();
    return cont ? stop(number) : send(number);
}

void child::kill()
{
    send(sigkill);
}

void child::fail(core::never_started why)
{
    failure_ = std::move(why);
    launch_ = core::launch_fact::pending; // it never counts as running
    kill();
}

void child::forget()
{
    if (pid_ >= 0)
        children_.forget(pid_);
    pid_ = -1;
    ended_ = nullptr; // it may hold the owner
}

} // namespace procd::process
