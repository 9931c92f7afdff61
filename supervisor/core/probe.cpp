// A probe has a verdict (`published`), the number of equal results in a row, and the time of its
// next run. The steps after each run are in note():
//
// 1. If the probe could not be run, it is run again at once, up to three times. After that, the
//    attempt counts as nothing.
// 2. The next run is one period after the last one. Periods that a slow run has missed are skipped.
// 3. A result that differs from the last one begins to count at 1. When the count reaches the
//    probe's threshold, the verdict changes.
// 4. When the startup probe succeeds for the first time, the other probes begin.
//
// Before the first result, readiness counts as failed and liveness as succeeded.
#include "supervisor/core/probe.hpp"

#include <algorithm>

namespace core {

namespace {

// The time of the next run: the first multiple of the period after `last` that is not before `now`.
time_point next_tick(time_point last, std::chrono::milliseconds period, time_point now)
{
    auto const passed = std::max(now - last, time_point::duration::zero());
    auto const ticks =
        std::max<std::int64_t>((passed + period - time_point::duration(1)) / period, 1);
    return last + ticks * period;
}

} // namespace

std::string_view to_string(verdict v)
{
    switch (v) {
    case verdict::unknown:
        return "unknown";
    case verdict::success:
        return "success";
    case verdict::failure:
        return "failure";
    }
    return "?";
}

std::optional<procfile::probe_settings> const& probe_plan::of(probe_kind kind) const
{
    switch (kind) {
    case probe_kind::startup:
        return startup;
    case probe_kind::liveness:
        return liveness;
    case probe_kind::readiness:
        break;
    }
    return readiness;
}

health::health(probe_plan plan, time_point started) : plan_(std::move(plan))
{
    at(probe_kind::readiness).published = plan_.readiness ? verdict::failure : verdict::success;
    at(probe_kind::liveness).published = verdict::success;
    for (auto const kind : {probe_kind::startup, probe_kind::readiness, probe_kind::liveness})
        if (auto const& settings = plan_.of(kind))
            at(kind).next = started + settings->initial_delay;
}

std::optional<time_point> health::due(probe_kind kind) const
{
    bool const startup = kind == probe_kind::startup;
    bool const over = startup && at(kind).published != verdict::unknown;
    bool const held_back = !startup && !started();
    if (!plan_.of(kind) || over || held_back || muted_ || fatal())
        return std::nullopt;
    return at(kind).next;
}

bool health::note(probe_kind kind, probe_result result, time_point now)
{
    auto& seen = at(kind);
    auto const before = seen.published;
    bool const was_ready = ready();
    if (result == probe_result::error && ++seen.errors <= retries_of_an_error) {
        seen.next = now;
        return false;
    }
    seen.errors = 0;
    seen.next = next_tick(*seen.next, plan_.of(kind)->period, now);
    if (result != probe_result::error)
        count(kind, result);
    if (kind == probe_kind::startup && before != verdict::success && started())
        release_the_others(now);
    return seen.published != before || ready() != was_ready;
}

void health::count(probe_kind kind, probe_result result)
{
    auto& seen = at(kind);
    seen.in_a_row = seen.last == result ? seen.in_a_row + 1 : 1;
    seen.last = result;
    auto const& settings = *plan_.of(kind);
    bool const good = result == probe_result::success;
    if (seen.in_a_row >= (good ? settings.success : settings.failure))
        seen.published = good ? verdict::success : verdict::failure;
}

// Begins the probes that waited for the startup probe. If one of them was due meanwhile, it is due
// now.
void health::release_the_others(time_point now)
{
    for (auto const kind : {probe_kind::readiness, probe_kind::liveness})
        if (auto& next = at(kind).next)
            next = std::max(*next, now);
}

bool health::ready() const
{
    return started() && at(probe_kind::readiness).published == verdict::success;
}

std::optional<probe_kind> health::fatal() const
{
    for (auto const kind : {probe_kind::startup, probe_kind::liveness})
        if (!muted_ && at(kind).published == verdict::failure)
            return kind;
    return std::nullopt;
}

std::chrono::milliseconds startup_allowance(probe_plan const& plan)
{
    if (!plan.startup)
        return std::chrono::milliseconds(0);
    auto const& s = *plan.startup;
    return s.initial_delay + s.failure * s.period + s.timeout;
}

} // namespace core
