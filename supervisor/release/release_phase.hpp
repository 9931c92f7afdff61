// The release phase: the command of the type `release`, run to its end before anything of a new
// release starts. It is a slot like any other, so it is contained and stopped like a process, but
// it is not part of the formation and is never started a second time.
#pragma once

#include "supervisor/app/content.hpp"
#include "supervisor/process/slot.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace procd::process {
struct services;
}

namespace procd::release {

class release_phase {
public:
    explicit release_phase(process::services& with);
    ~release_phase();

    // True when it succeeded, or there is none. At most one runs at a time. It returns when nothing
    // of the command is left.
    boost::asio::awaitable<bool> run(std::shared_ptr<app::content> of);
    // "release phase of v3" while one runs, else empty.
    std::string under_way() const { return running_ ? name_ : ""; }
    // How long its stop may take: its stop timeout, or 0 when none runs.
    std::chrono::milliseconds stop_timeout() const;
    // procd stops: the stop signal, and KILL no later than `limit`. No other release phase runs.
    void stop(core::time_point limit);
    // KILL now.
    void hurry();
    // Something of it could not be killed.
    bool gave_up() const { return gave_up_; }

private:
    process::services& with_;
    std::unique_ptr<process::slot> running_;
    std::string name_;
    bool stopped_ = false;
    bool gave_up_ = false;
};

} // namespace procd::release
