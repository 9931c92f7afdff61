// What procd tells the service manager that started it (systemd's Type=notify): ready, reloading,
// stopping, and that its loop still turns.
#pragma once

#include "procfile/environment.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace procd::daemon {

class service_manager {
public:
    using time_point = std::chrono::steady_clock::time_point;

    // From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of procd's environment. Without the first
    // nothing is ever sent.
    service_manager(procfile::variables const& environment, int own_pid);

    bool listens() const { return !socket_.empty(); }
    // Not ready yet, and for long perhaps: its patience is extended.
    void preparing(std::string const& status);
    void ready(std::string const& status);
    // Sent only when it is another than the one before.
    void status(std::string const& text);
    void reloading();
    // The end may take so long.
    void stopping(std::chrono::microseconds limit);
    // Sends WATCHDOG=1 when half of its time has passed; when to come again.
    std::optional<time_point> watchdog(time_point now);

private:
    std::string socket_, said_;
    std::optional<std::chrono::microseconds> half_;
    std::optional<time_point> next_;
};

} // namespace procd::daemon
