// Tells the service manager that started procd (Type=notify of systemd) that procd is ready,
// reloads or stops, and that its event loop still runs.
#pragma once

#include "procfile/environment.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace procd::daemon {

class service_manager {
public:
    using time_point = std::chrono::steady_clock::time_point;

    // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of the environment. Without NOTIFY_SOCKET
    // nothing is ever sent.
    service_manager(procfile::variables const& environment, int own_pid);

    // True when a service manager listens.
    bool listens() const { return !socket_.empty(); }
    // procd is not ready yet. The service manager is asked for a day of patience.
    void preparing(std::string const& status);
    // procd is ready, or a reload has ended.
    void ready(std::string const& status);
    // Sends a status text, if it differs from the one before.
    void status(std::string const& text);
    // A reload has begun. The service manager is asked for a day of patience.
    void reloading();
    // procd stops, which may take as long as `limit`.
    void stopping(std::chrono::microseconds limit);
    // Sends WATCHDOG=1 when half of the watchdog's time has passed. Returns when to call again, or
    // nothing when there is no watchdog.
    std::optional<time_point> watchdog(time_point now);

private:
    std::string socket_, said_;
    std::optional<std::chrono::microseconds> half_;
    std::optional<time_point> next_;
};

} // namespace procd::daemon
