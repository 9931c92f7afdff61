// Keeps a guardian alive: the helper process that ends every tree when procd itself is gone. A
// guardian that was killed is replaced, and the new one is told of every session again. While none
// can be started, procd tries again with a growing delay.
#pragma once

#include "supervisor/loop/agenda.hpp"
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
    guard(loop::agenda& looks, reaper& children, output::hub& hub, output::event_log& events);

    // Starts the guardian. The error says why there is none; procd goes on without one, and tries
    // again.
    os::result<void> start(os::guardian_settings settings);
    // Replaces no guardian from now on, so that the event loop can end.
    void stop_replacing();
    // A clean end: the guardian exits and kills nothing. Any other way out, an exception included,
    // leaves the guardian to do its work.
    void dismiss();

    // A main process whose tree no cgroup holds: the guardian finds its session also when its
    // environment was emptied. Without a guardian the next one is told.
    void add_session(int leader);
    // The session in which a main process is without leading it.
    void add_session(int session, int member);
    void remove_session(int session);

private:
    using time_point = loop::agenda::time_point;

    os::result<void> make();
    void ended();
    std::optional<time_point> look();
    std::optional<time_point> again_after(os::error_code why);

    loop::agenda::item next_look_;
    reaper& children_;
    output::hub& hub_;
    output::event_log& events_;
    os::guardian_settings settings_;
    std::optional<os::guardian> guardian_;
    time_point made_at_;                 // when the last guardian was started
    std::optional<time_point> next_try_; // absent: there is a guardian, or none is wanted
    int failures_ = 0;                   // in a row
    bool missed_ = false;                // the user was told that there is no guardian
    // The number of a session or group -> the start time of the main process, so that it is its
    // own.
    std::map<int, std::uint64_t> sessions_;
};

} // namespace procd::process
