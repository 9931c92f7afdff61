// The states fall into three groups, each with a function of its own:
//
// - at_rest(): no incarnation exists (waiting, backoff, crashed, stopped, completed). It decides
//   whether one starts.
// - alive(): the main process lives (starting, up). It decides whether the process is stopped.
// - ending(): an incarnation ends (stopping).
//
// The end of an incarnation has these steps:
//
// 1. The main process is to stop, or has ended by itself. If somebody asked for the stop while it
//    is in use, it may finish its requests for the drain time. Then it gets its stop signal.
// 2. When the main process has ended, the survivors of its tree get SIGTERM once.
// 3. At the stop deadline the whole tree gets SIGKILL, and again each second, for ten seconds
//    (killing()). After that the rest is abandoned.
// 4. When the tree is gone, the output is drained for one second at most, and then closed.
// 5. over() decides what becomes of the slot. If somebody asked for the end, the slot goes to
//    `waiting`, and at_rest() follows the wish. Otherwise the restart policy decides.
//
// step() repeats until one of the functions gives an action.
#include "supervisor/core/lifecycle.hpp"

#include "supervisor/core/restart.hpp"

#include <algorithm>

namespace core {

namespace {

constexpr int sigterm = 15;

} // namespace

std::string_view to_string(process_state state)
{
    switch (state) {
    case process_state::waiting:
        return "waiting";
    case process_state::starting:
        return "starting";
    case process_state::up:
        return "up";
    case process_state::stopping:
        return "stopping";
    case process_state::backoff:
        return "backoff";
    case process_state::crashed:
        return "crashed";
    case process_state::stopped:
        return "stopped";
    case process_state::completed:
        return "completed";
    }
    return "?";
}

lifecycle::lifecycle(lifecycle_settings settings, std::uint64_t generation)
    : settings_(settings), generation_(generation)
{
}

void lifecycle::enter(process_state state)
{
    status_.state = state;
}

// Some transitions need no action of the daemon (e.g. `stopped` to `waiting`). They give nothing,
// and the loop looks again at once.
action lifecycle::step(observation const& seen)
{
    for (;;) {
        std::optional<action> next;
        switch (status_.state) {
        case process_state::waiting:
        case process_state::backoff:
        case process_state::crashed:
        case process_state::stopped:
        case process_state::completed:
            next = at_rest(seen);
            break;
        case process_state::starting:
        case process_state::up:
            next = alive(seen);
            break;
        case process_state::stopping:
            next = ending(seen);
            break;
        }
        if (next)
            return *next;
    }
}

// The states in which no incarnation exists.
std::optional<action> lifecycle::at_rest(observation const& seen)
{
    if (seen.wanted == target::down)
        return finished{};
    auto const state = status_.state;
    if (seen.wanted == target::held) {
        status_.next_attempt.reset();
        enter(process_state::stopped);
        return wait_until{};
    }
    bool const asked = seen.generation != generation_ || state == process_state::stopped;
    if (asked) {
        generation_ = seen.generation;
        failures_ = 0;
        status_.restarts = 0;
    }
    bool const due = state == process_state::backoff && seen.now >= *status_.next_attempt;
    if (due)
        ++status_.restarts;
    if (asked || due) {
        status_.next_attempt.reset();
        enter(process_state::waiting);
        return std::nullopt;
    }
    if (state == process_state::backoff)
        return wait_until{status_.next_attempt};
    if (state == process_state::waiting && seen.may_start) {
        begin(seen);
        return spawn{};
    }
    return wait_until{};
}

// Resets everything that belongs to one incarnation.
void lifecycle::begin(observation const& seen)
{
    generation_ = seen.generation;
    started_ = seen.now;
    status_.ends_app = false;
    asked_ = unhealthy_ = group_signalled_ = survivors_signalled_ = abandoned_ = false;
    stop_at_.reset();
    stop_deadline_.reset();
    next_kill_.reset();
    give_up_.reset();
    close_at_.reset();
    enter(process_state::starting);
}

// The states in which the main process lives, as far as procd knows.
std::optional<action> lifecycle::alive(observation const& seen)
{
    bool const replaced = seen.generation != generation_;
    if (seen.exit) {
        asked_ = seen.wanted != target::up || replaced;
        enter(process_state::stopping);
        return std::nullopt;
    }
    asked_ = seen.wanted != target::up || replaced;
    unhealthy_ = seen.unhealthy && !asked_;
    if (asked_ || unhealthy_) {
        // A process that a probe found dead answers nobody any more.
        stop_at_ = seen.now + (unhealthy_ ? std::chrono::milliseconds(0) : settings_.drain);
        enter(process_state::stopping);
        return std::nullopt;
    }
    if (seen.launch == launch_fact::running && seen.ready)
        enter(process_state::up);
    return wait_until{};
}

action lifecycle::stop(observation const& seen)
{
    group_signalled_ = true;
    stop_deadline_ = seen.now + settings_.stop_timeout;
    return signal_group{settings_.stop_signal};
}

// The end of an incarnation: it is in use no longer, the main process is reaped, then its tree is
// gone, then its output is closed.
std::optional<action> lifecycle::ending(observation const& seen)
{
    if (!seen.exit && stop_at_ && !group_signalled_) {
        if (seen.stop_by)
            stop_at_ = std::min(*stop_at_, *seen.stop_by);
        return seen.in_use && seen.now < *stop_at_ ? wait_until{stop_at_} : stop(seen);
    }
    if (seen.stop_by && stop_deadline_)
        stop_deadline_ = std::min(*stop_deadline_, *seen.stop_by);
    status_.ends_app =
        seen.exit && !asked_for(seen) && core::ends_app(settings_.exit_on, *seen.exit, found());
    bool const gone = abandoned_ || (seen.exit && !seen.tree_alive);
    if (!gone) {
        if (seen.exit && !survivors_signalled_) {
            survivors_signalled_ = true;
            if (!stop_deadline_)
                stop_deadline_ = seen.now + settings_.stop_timeout;
            return signal_survivors{sigterm};
        }
        return killing(seen);
    }
    if (seen.output_open) {
        if (!close_at_)
            close_at_ = seen.now + output_limit;
        if (seen.now < *close_at_)
            return wait_until{close_at_};
        return close_output{};
    }
    over(seen);
    return std::nullopt;
}

// Some process of the tree still lives after it was told to stop.
std::optional<action> lifecycle::killing(observation const& seen)
{
    if (seen.now < *stop_deadline_)
        return wait_until{stop_deadline_};
    if (!give_up_) {
        give_up_ = seen.now + kill_patience;
        next_kill_ = seen.now;
    }
    if (seen.now >= *give_up_) {
        abandoned_ = true;
        return abandon{};
    }
    if (seen.now >= *next_kill_) {
        next_kill_ = seen.now + kill_interval;
        return kill_tree{};
    }
    return wait_until{std::min(*next_kill_, *give_up_)};
}

// True if somebody has asked for the end, before it or since.
bool lifecycle::asked_for(observation const& seen) const
{
    return asked_ || !seen.exit || seen.wanted != target::up || seen.generation != generation_;
}

// Nothing of the incarnation is left. Decides the next state of the slot.
void lifecycle::over(observation const& seen)
{
    if (asked_for(
            seen)) { // at_rest() treats held and down; if the slot is wanted up, it starts as new
        failures_ = 0;
        status_.restarts = 0;
        enter(process_state::waiting);
        return;
    }
    if (status_.ends_app) {
        enter(process_state::completed);
        return;
    }
    // An unhealthy process that obeys the stop signal with code 0 has failed all the same.
    bool const restart = unhealthy_ ? settings_.restart != procfile::restart_policy::never
                                    : should_restart(settings_.restart, *seen.exit);
    if (!restart) {
        enter(process_state::completed);
        return;
    }
    auto const ended = seen.exit_at.value_or(seen.now);
    if (ended - started_ >= settings_.backoff.reset_after)
        failures_ = 0;
    ++failures_;
    if (settings_.max_restarts > 0 && failures_ > settings_.max_restarts &&
        !is_shortage(*seen.exit)) {
        enter(process_state::crashed);
        return;
    }
    status_.next_attempt = ended + backoff_delay(settings_.backoff, failures_, *seen.exit);
    enter(process_state::backoff);
}

} // namespace core
