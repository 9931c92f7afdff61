#include "supervisor/daemon/signals.hpp"

#include "supervisor/daemon/caretaker.hpp"
#include "supervisor/daemon/supervisor.hpp"
#include "supervisor/loop/adopt.hpp"
#include "supervisor/os/signals.hpp"
#include "supervisor/os/tty.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

#include <csignal>

namespace procd::daemon {

signals::signals(process::services& with, supervisor& boss, caretaker& files)
    : set_(with.io, SIGTERM, SIGINT, SIGQUIT), children_(with.io), with_(with), boss_(boss),
      files_(files)
{
    for (int const number : {SIGHUP, SIGUSR1, SIGWINCH})
        set_.add(number);
    wait();
}

os::result<void> signals::start()
{
    auto ended_children = os::child_signal();
    if (!ended_children)
        return ended_children.error();
    if (auto const refused = loop::adopt(children_, *ended_children))
        return refused;
    wait_for_children();
    return {};
}

void signals::stop()
{
    stopped_ = true; // a signal that has already arrived is delivered without an error
    set_.cancel();
    children_.close();
}

void signals::wait()
{
    set_.async_wait([this](boost::system::error_code error, int number) {
        if (error || stopped_)
            return;
        answer(number);
        wait();
    });
}

void signals::wait_for_children()
{
    children_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [this](boost::system::error_code error) {
                             if (error || stopped_)
                                 return;
                             os::take_child_signals(children_.native_handle());
                             with_.children.reap();
                             wait_for_children();
                         });
}

void signals::answer_interrupt()
{
    switch (interrupts_.next(std::chrono::steady_clock::now())) {
    case core::interrupt_means::stop:
        return boss_.shutdown();
    case core::interrupt_means::nothing:
        return;
    case core::interrupt_means::hurry:
        return boss_.hurry();
    }
}

void signals::answer(int number)
{
    switch (number) {
    case SIGTERM:
        boss_.shutdown();
        break;
    case SIGINT:
        answer_interrupt();
        break;
    case SIGQUIT:
        boss_.hurry();
        break;
    case SIGHUP:
        if (os::hung_up(1) || os::hung_up(0)) {
            boss_.shutdown();
        } else {
            files_.look();
            boss_.changes().reload_because("HUP");
        }
        break;
    case SIGUSR1:
        files_.look();
        with_.hub.reopen_files();
        break;
    case SIGWINCH:
        if (auto const size = os::terminal_size(1))
            boss_.resize(*size);
        break;
    default:
        break;
    }
}

} // namespace procd::daemon
