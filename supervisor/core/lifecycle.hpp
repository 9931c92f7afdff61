// One process's life: what to do next, given what is wished and what is true. Pure: `now` comes in,
// actions and deadlines go out; the daemon's coroutine performs them (daemon/process).
//
// Wish and fact are apart. The wish is `wanted` and `generation`; the facts are launch, exit,
// tree_alive and output_open. Every state answers every observation:
//
//   state      | wanted up                         | held            | down
//   -----------+-----------------------------------+-----------------+---------
//   waiting    | spawn once may_start              | stopped         | finished
//   starting   | up once exec'ed and ready         | stop, stopped   | stop, finished
//   up         | newer generation: stop, spawn;    | stop, stopped   | stop, finished
//              | unhealthy: stop, then as it ended |                 |
//   stopping   | spawn when all of it is gone      | then stopped    | then finished
//   backoff    | spawn at next_attempt or on a newer generation | stopped | finished
//   crashed    | newer generation: spawn           | stopped         | finished
//   completed  | newer generation: spawn           | stopped         | finished
//   stopped    | spawn                             | stays           | finished
//
// `starting` is over with the first readiness; losing it later leaves the process `up`, not ready.
// One that a probe finds dead is stopped like any other, but by nobody's wish: its end is a
// failure.
//
// An end nobody asked for passes through `stopping` too while others of its tree live on or its
// output is still open; then the policy decides between spawn, backoff, crashed and completed.
#pragma once

#include "procfile/config.hpp"
#include "supervisor/core/exit_status.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace core {

using time_point = std::chrono::steady_clock::time_point;

enum class process_state { waiting, starting, up, stopping, backoff, crashed, stopped, completed };
std::string_view to_string(process_state state);

// What is wished for the slot: to run; to be held down by the user; to be gone.
enum class target { up, held, down };

// How far the launch of the current incarnation is.
enum class launch_fact { none, pending, running };

struct lifecycle_settings {
    procfile::restart_policy restart = procfile::restart_policy::on_failure;
    procfile::backoff_settings backoff;
    int max_restarts = 0; // 0: never give up
    int stop_signal = 15;
    std::chrono::milliseconds stop_timeout{30'000};
    bool operator==(lifecycle_settings const&) const = default;
};

struct observation {
    time_point now;
    target wanted = target::up;
    std::uint64_t generation = 0; // raised to have what runs replaced, and the back-off forgotten
    bool may_start = true;        // what it comes after is ready
    launch_fact launch = launch_fact::none;
    bool ready = true;               // readiness of the current incarnation
    bool unhealthy = false;          // a probe says it has to be replaced
    std::optional<exit_status> exit; // the main process has ended, or never started
    std::optional<time_point> exit_at;
    bool tree_alive = false; // anything else it ever started lives
    bool output_open = false;
    std::optional<time_point> stop_by; // KILL no later than this: shutdown's limit, a second Ctrl-C
};

// What to do next.
struct spawn {
    bool operator==(spawn const&) const = default;
};
struct signal_group { // then CONT, so that a stopped group sees it
    int number = 15;
    bool operator==(signal_group const&) const = default;
};
struct signal_survivors { // each member of the tree that has not had the stop signal, once
    int number = 15;
    bool operator==(signal_survivors const&) const = default;
};
struct kill_tree {
    bool operator==(kill_tree const&) const = default;
};
struct close_output { // somebody outside the tree holds it: the drain's time is up
    bool operator==(close_output const&) const = default;
};
struct abandon { // KILL did not end it in 10 s: name what is left and forget it
    bool operator==(abandon const&) const = default;
};
struct wait_until { // or until an observation changes; without a deadline only the latter
    std::optional<time_point> deadline;
    bool operator==(wait_until const&) const = default;
};
struct finished {
    bool operator==(finished const&) const = default;
};
using action = std::variant<spawn, signal_group, signal_survivors, kill_tree, close_output, abandon,
                            wait_until, finished>;

// What listings show.
struct lifecycle_status {
    process_state state = process_state::waiting;
    std::uint64_t restarts = 0; // automatic ones, since the last start somebody asked for
    std::optional<time_point> next_attempt; // in backoff
    bool operator==(lifecycle_status const&) const = default;
};

class lifecycle {
public:
    static constexpr std::chrono::seconds kill_interval{1};
    static constexpr std::chrono::seconds kill_patience{10};
    static constexpr std::chrono::seconds drain_limit{1};

    explicit lifecycle(lifecycle_settings settings, std::uint64_t generation = 0);

    // The next thing to do. Call it again after doing it, and whenever an observation changed.
    action step(observation const& seen);
    lifecycle_status const& status() const { return status_; }
    // Takes effect from the next decision on.
    void configure(lifecycle_settings settings) { settings_ = settings; }

private:
    std::optional<action> at_rest(observation const& seen);
    std::optional<action> alive(observation const& seen);
    std::optional<action> ending(observation const& seen);
    std::optional<action> killing(observation const& seen);
    void begin(observation const& seen);
    void over(observation const& seen);
    void enter(process_state state);

    lifecycle_settings settings_;
    lifecycle_status status_;
    std::uint64_t generation_; // of the current incarnation
    int failures_ = 0;         // ends in a row that count for the back-off
    time_point started_{};
    bool asked_ = false;     // the end was asked for: no policy, no back-off
    bool unhealthy_ = false; // it was stopped because a probe found it dead
    bool group_signalled_ = false;
    bool survivors_signalled_ = false;
    bool abandoned_ = false;
    std::optional<time_point> stop_deadline_; // KILL from here on
    std::optional<time_point> next_kill_, give_up_;
    std::optional<time_point> drain_deadline_;
};

} // namespace core
