// The signals procd answers: TERM and INT stop the app, a second INT or QUIT kills what is left,
// HUP, USR1 and WINCH as SPEC 1 has them, CHLD reaps.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>

namespace procd::process {
struct services;
}

namespace procd::daemon {

class supervisor;

class signals {
public:
    signals(process::services& with, supervisor& boss);
    // Waits for no more signals, so that the loop can end.
    void stop();

private:
    void wait();
    void answer(int number);
    void wait_for_children();

    boost::asio::signal_set set_;
    boost::asio::posix::stream_descriptor children_;
    process::services& with_;
    supervisor& boss_;
    bool interrupted_ = false;
    bool stopped_ = false;
};

} // namespace procd::daemon
