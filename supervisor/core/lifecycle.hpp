// The life of one process: what to do next, given the wish and the facts. The class is pure: `now`
// comes in, and actions and deadlines go out. The daemon performs them (process/slot).
//
// Wish and facts are separate. The wish is `wanted` and `generation`. The facts are `launch`,
// `exit`, `tree_alive`, `output_open`, `in_use` and the results of the probes. There is an answer
// to every observation in every state:
//
//   -----------+-----------------------------------+-----------------+---------
// state      | wanted up                         | held            | down
// -----------+-----------------------------------+-----------------+---------
// waiting    | spawn once may_start              | stopped         | finished
// starting   | up once exec'ed and ready         | stop, stopped   | stop, finished
// up         | newer generation: stop, spawn;    | stop, stopped   | stop, finished
// | unhealthy: stop, then a failure   |                 |
// stopping   | spawn when all of it is gone      | then stopped    | then finished
// backoff    | spawn at next_attempt or on a newer generation | stopped | finished
// crashed    | newer generation: spawn           | stopped         | finished
//
// `starting` ends when the process is ready for the first time. A process that loses its readiness
// later stays `up` and is not ready. A process that a probe finds dead is stopped like any other,
// but nobody wished that, so its end counts as a failure.
//
// When a process ends by itself, it passes through `stopping` too, as long as others of its tree
// live or its output is open. Then the restart policy decides between spawn, backoff, crashed and
// completed. An end that ends the app (--exit-on) leads to `completed`, whatever the policy is.
#pragma once

#include "procfile/config.hpp"
#include "supervisor/core/app_exit.hpp"
#include "supervisor/core/exit_status.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace core {

using time_point = std::chrono::steady_clock::time_point;

enum class process_state { waiting, starting, up, stopping, backoff, crashed, stopped, completed };
// The name of a state, as listings show it.
std::string_view to_string(process_state state);

// The wish for a slot: it runs (up), a user holds it down (held), or it goes away (down).
enum class target { up, held, down };

// How far the launch of the current incarnation has come.
enum class launch_fact { none, pending, running };

// The settings of a type, as far as they concern its processes' lives.
struct lifecycle_settings {
    procfile::restart_policy restart = procfile::restart_policy::on_failure;
    procfile::backoff_settings backoff;
    int max_restarts = 0; // in a row; 0 means that procd never gives up
    int stop_signal = 15;
    std::chrono::milliseconds stop_timeout{30'000};
    // How long a process that is in use may finish its requests before it gets its stop signal.
    std::chrono::milliseconds drain{0};
    core::exit_on exit_on = core::exit_on::never; // an end that ends the app leads to no restart
    bool operator==(lifecycle_settings const&) const = default;
};

// The wish and the facts at one time.
struct observation {
    time_point now;
    target wanted = target::up;
    // Raised by the daemon to have the running incarnation replaced. It also resets the back-off.
    std::uint64_t generation = 0;
    bool may_start = true; // the types that it starts after are ready, and its sockets open
    launch_fact launch = launch_fact::none;
    bool ready = true;               // readiness of the current incarnation
    bool unhealthy = false;          // a probe says that the incarnation has to be replaced
    bool in_use = false;             // the front port sends it requests, or waits for an answer
    std::optional<exit_status> exit; // the main process has ended, or never started
    std::optional<time_point> exit_at;
    bool tree_alive = false;  // some other process that this incarnation started lives
    bool output_open = false; // some process still holds the write end of the output
    // KILL no later than this. It comes from the limit of a shutdown or from a second Ctrl-C.
    std::optional<time_point> stop_by;
};

// The actions that the daemon performs.

// Launch a new incarnation.
struct spawn {
    bool operator==(spawn const&) const = default;
};
// Send the signal to the process group, then SIGCONT, so that a stopped group receives it.
struct signal_group {
    int number = 15;
    bool operator==(signal_group const&) const = default;
};
// Send the signal to each survivor: each member of the tree that has not had the stop signal.
struct signal_survivors {
    int number = 15;
    bool operator==(signal_survivors const&) const = default;
};
// Send SIGKILL to every process of the tree.
struct kill_tree {
    bool operator==(kill_tree const&) const = default;
};
// Close the read end of the output. A process outside the tree holds the other end, and the time
// for the drain is over.
struct close_output {
    bool operator==(close_output const&) const = default;
};
// Report what is left and forget it, because SIGKILL has not ended it within kill_patience.
struct abandon {
    bool operator==(abandon const&) const = default;
};
// Do nothing until the deadline or until an observation changes. Without a deadline only a change
// counts.
struct wait_until {
    std::optional<time_point> deadline;
    bool operator==(wait_until const&) const = default;
};
// The slot is done and can be removed.
struct finished {
    bool operator==(finished const&) const = default;
};
using action = std::variant<spawn, signal_group, signal_survivors, kill_tree, close_output, abandon,
                            wait_until, finished>;

// The state as listings show it.
struct lifecycle_status {
    process_state state = process_state::waiting;
    std::uint64_t restarts = 0; // automatic restarts since the last start that somebody asked for
    std::optional<time_point> next_attempt; // present in backoff
    bool ends_app = false; // the last end was not asked for, and ends the app by --exit-on
    bool operator==(lifecycle_status const&) const = default;
};

// Decides for one slot, over all its incarnations.
class lifecycle {
public:
    // The time from one SIGKILL to the next.
    static constexpr std::chrono::seconds kill_interval{1};
    // The time from the first SIGKILL to abandon.
    static constexpr std::chrono::seconds kill_patience{10};
    // How long the output may stay open after the last process of the tree is gone.
    static constexpr std::chrono::seconds output_limit{1};

    // Begins in the state `waiting`.
    explicit lifecycle(lifecycle_settings settings, std::uint64_t generation = 0);

    // The next action. Call it again after each action, and whenever an observation changes.
    action step(observation const& seen);
    lifecycle_status const& status() const { return status_; }
    // The verdict of the probes on the current incarnation.
    probed found() const { return unhealthy_ ? probed::dead : probed::alive; }
    // Changes the settings from the next decision on.
    void configure(lifecycle_settings settings) { settings_ = settings; }

private:
    std::optional<action> at_rest(observation const& seen);
    std::optional<action> alive(observation const& seen);
    action stop(observation const& seen);
    std::optional<action> ending(observation const& seen);
    std::optional<action> killing(observation const& seen);
    void begin(observation const& seen);
    void over(observation const& seen);
    bool asked_for(observation const& seen) const;
    void enter(process_state state);

    lifecycle_settings settings_;
    lifecycle_status status_;
    std::uint64_t generation_; // of the current incarnation
    int failures_ = 0;         // ends in a row that count for the back-off
    time_point started_{};
    bool asked_ = false;     // somebody asked for the end, so neither policy nor back-off applies
    bool unhealthy_ = false; // the process was stopped because a probe found it dead
    bool group_signalled_ = false;
    bool survivors_signalled_ = false;
    bool abandoned_ = false;
    std::optional<time_point> stop_at_;       // the stop signal is due, whoever uses it still
    std::optional<time_point> stop_deadline_; // the time of the first KILL
    std::optional<time_point> next_kill_, give_up_;
    std::optional<time_point> close_at_; // the output is closed
};

} // namespace core
