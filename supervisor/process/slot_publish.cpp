// The changes of a slot's state, as events and as lines of the log.
#include "supervisor/core/restart.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/decision_log.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/process/slot.hpp"

#include <utility>

namespace procd::process {

using clock = std::chrono::steady_clock;

void slot::log(core::action const& next, core::observation const& seen,
               core::lifecycle_status const& before) const
{
    if (!with_.hub.shows_decisions())
        return;
    auto const& now = life_.status();
    if (now.state != before.state)
        log_decision(with_, name(), text_of(now, seen.now));
    if (auto const why = reason_of(next, seen, life_generation_, unhealthy_because_); !why.empty())
        log_decision(with_, name(), why);
}

// One place announces every change of state, before anything is done about it.
void slot::publish()
{
    auto const& status = life_.status();
    shown_pid_ = pid();
    // Behind its last lines, and with what comes next; but what it left behind may live on for
    // long.
    bool const left = current_ && current_->all().any();
    if (end_.unsaid() && (status.state != core::process_state::stopping || left))
        say_exit();
    publish_ready();
    if (status == published_)
        return;
    auto const before = std::exchange(published_, status);
    // "up" is told as "ready". A process that ends by itself is told as "exited".
    bool const told_elsewhere =
        status.state == core::process_state::waiting || status.state == core::process_state::up ||
        (status.state == core::process_state::stopping && current_ && current_->exit());
    if (status.state != before.state && !told_elsewhere)
        with_.events.publish(std::string(core::to_string(status.state)), name(),
                             name() + " is " + std::string(core::to_string(status.state)));
    if (status.state == core::process_state::crashed)
        say(core::gave_up_text(plan_.life.max_restarts, name()), output::level::error);
    with_.changed.notify();
}

void slot::publish_ready()
{
    if (!current_)
        return;
    auto const& probes = current_->probes();
    bool const is = state() == core::process_state::up && (!probes || probes->health().ready());
    if (is == ready())
        return;
    current_->set_ready(is ? std::optional(clock::now()) : std::nullopt);
    if (is)
        with_.events.publish("ready", name(), name() + " is ready");
    else if (state() == core::process_state::up)
        with_.events.publish("unready", name(), name() + " is not ready any more");
    with_.changed.notify();
}

void slot::probe_says(core::probe_kind kind, std::string const& found)
{
    auto const& probes = current_->probes();
    if (probes && probes->health().fatal() == kind) {
        unhealthy_because_ = std::string(procfile::to_string(kind)) + " probe: " + found;
        auto const text = std::string(procfile::to_string(kind)) + " probe failed (" + found +
                          "): it is stopped and replaced";
        say(text, output::level::warn);
        with_.events.publish("unhealthy", name(), name() + ' ' + text,
                             {{"probe", procfile::to_string(kind)}, {"found", found}});
    }
    next_look_.soon();
}

} // namespace procd::process
