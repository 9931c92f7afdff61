// A command that runs beside the processes and ends soon: an exec probe. It has a session and a
// PROCD_ID of its own, its output is read here, and everything that it has started and left behind
// is killed when it is over.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/loop/wakeup.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/process/child.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace procd::process {

struct services;

struct errand_end {
    core::exit_status status;
    bool timed_out = false;
};

class errand : public std::enable_shared_from_this<errand> {
public:
    using time_point = std::chrono::steady_clock::time_point;

    // `output` receives the bytes that the command writes, as they come.
    errand(services& with, std::function<void(std::string_view)> output);

    // Launches the command, and returns when it has ended. At the deadline its group is killed. A
    // launch that fails gives a never_started. A PROCD_ID of its own is added to the request, so
    // that the guardian finds the command, and no process counts it as its own.
    static boost::asio::awaitable<errand_end> run(std::shared_ptr<errand> self,
                                                  os::launch_request request,
                                                  std::optional<time_point> deadline);
    // Kills the group as soon as the command runs, because nobody needs the result any more.
    void cancel();

private:
    class counted;

    os::error_code launched(os::child made);
    void ended(core::exit_status const& status);
    void read();
    void watch_output();

    services& with_;
    std::function<void(std::string_view)> output_;
    loop::wakeup wake_;
    std::optional<boost::asio::posix::stream_descriptor> pipe_;
    std::string id_; // the PROCD_ID of the command
    std::optional<child> child_;
    std::optional<core::exit_status> status_;
    bool cancelled_ = false;
};

} // namespace procd::process
