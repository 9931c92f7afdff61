// The signals that procd answers. TERM and INT stop the app; QUIT and a second INT, 500 ms or more
// after the first, kill the processes that are left. HUP reloads, or stops the app when the
// terminal is gone. USR1 reopens the log files. Both make again what was removed of procd's own
// files. WINCH passes on the size of the terminal, and CHLD reaps children.
#pragma once

#include "supervisor/core/interrupt.hpp"
#include "supervisor/os/result.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>

namespace procd::process {
struct services;
}

namespace procd::daemon {

class caretaker;
class supervisor;

class signals {
public:
    signals(process::services& with, supervisor& boss, caretaker& files);
    // Begins to reap children. The error says why their ends would not be noticed.
    os::result<void> start();
    // Stops waiting for signals, so that the event loop can end.
    void stop();

private:
    void wait();
    void answer(int number);
    void answer_interrupt();
    void wait_for_children();

    boost::asio::signal_set set_;
    boost::asio::posix::stream_descriptor children_;
    process::services& with_;
    supervisor& boss_;
    caretaker& files_;
    core::interrupts interrupts_;
    bool stopped_ = false;
};

} // namespace procd::daemon
