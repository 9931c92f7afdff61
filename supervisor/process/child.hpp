// One child of procd's, from its launch until it is reaped: how its launch went, signals to its
// group, and its end. Used by slots, errands and exec sessions alike.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/core/lifecycle.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/process/reaper.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace procd::process {

class child {
public:
    // `ended` is called once, while the child is not reaped yet and its group's number is its own;
    // a command that could not be executed is a never_started. `launched`, where it is given, is
    // called once it is known how the launch went, unless that is known already. Neither is called
    // from inside the constructor, nor after the destructor.
    child(boost::asio::io_context& io, reaper& children, os::child& made, reaper::end ended,
          std::function<void()> launched = nullptr);
    child(child const&) = delete;
    child& operator=(child const&) = delete;
    // Forgets the child; it is not signalled.
    ~child();

    // -1 once it has ended, or was forgotten.
    int pid() const { return pid_; }
    // Without `launched` a launch that was pending at first stays so until the end.
    core::launch_fact launch() const { return launch_; }

    // A signal to the child's group, or to the child alone before its setsid. After TERM, HUP, INT
    // and QUIT comes CONT, so that a stopped process sees them. ESRCH: it has ended.
    os::error_code signal(int number);
    // The same with CONT after it whatever the number: a stop.
    os::error_code stop(int number);
    void kill(); // KILL to the group
    // The command cannot be supervised, so its start counts as failed: KILL to the group. The child
    // ends as never_started.
    void fail(core::never_started why);
    // KILL does not end it: it is a stranger from now on.
    void forget();

private:
    os::error_code send(int number) const;
    void watch_launch();
    void read_launch(int status_fd);
    void end(core::exit_status const& status);

    reaper& children_;
    reaper::end ended_;
    std::function<void()> launched_;
    int pid_;
    boost::asio::posix::stream_descriptor status_; // open while it is not known how the launch went
    core::launch_fact launch_ = core::launch_fact::pending;
    std::optional<core::never_started> failure_;
    std::shared_ptr<int> alive_; // handlers that outlive the child see that it is gone
};

} // namespace procd::process
