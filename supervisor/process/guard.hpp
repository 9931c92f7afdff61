// Keeps a guardian alive: the helper process that ends every tree when procd itself is gone. A
// guardian that was killed is replaced, and the new one is told of every session again.
#pragma once

#include "supervisor/os/guardian.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace procd::output {
class event_log;
class hub;
} // namespace procd::output

namespace procd::process {

class reaper;

class guard {
public:
    // All outlive it.
    guard(reaper& children, output::hub& hub, output::event_log& events)
        : children_(children), hub_(hub), events_(events)
    {
    }

    // Starts the guardian; the error says why there is none.
    os::result<void> start(os::guardian_settings settings);
    // A clean end: the guardian exits and kills nothing.
    void dismiss();

    // A main process whose tree no cgroup holds: the guardian finds its session also when its
    // environment was emptied. Does nothing without a guardian.
    void add_session(int leader);
    // The session in which a main process is without leading it.
    void add_session(int session, int member);
    void remove_session(int session);

private:
    void ended();

    reaper& children_;
    output::hub& hub_;
    output::event_log& events_;
    os::guardian_settings settings_;
    std::optional<os::guardian> guardian_;
    // The number of a session or group -> the start time of the main process, so that it is its
    // own.
    std::map<int, std::uint64_t> sessions_;
};

} // namespace procd::process
