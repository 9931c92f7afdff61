// One decision of the autoscaler, in the order of maker::make():
//
// 1. gate(): a count of 0 was set by hand and stays. A count outside of [min, max] is corrected at
//    once, without looking at any measurement.
// 2. measure(): every process is classified. The CPU use and the request of the ready ones are
//    summed up. Without any request or any measurement nothing changes.
// 3. compute(): the count is proportional to utilization / target, unless the deviation lies within
//    the tolerance.
// 4. rebalance(): if some processes were not measured, values are assumed for them such that they
//    hold the change back. The result counts only if it points in the same direction as the
//    measured value.
// 5. clamp(): the count is kept within [min, max], and it grows to at most the double, or to 4 from
//    a smaller count.
// 6. cool_down(): a change has to wait until the last rescale is old enough for its direction.
#include "supervisor/core/autoscale.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace core::autoscale {

namespace {

// Sums over some processes: their CPU use, their requests, and how many they are.
struct sums {
    std::uint64_t usage_m = 0, request_m = 0;
    int count = 0;

    void add(std::uint64_t usage, std::uint64_t request)
    {
        usage_m += usage;
        request_m += request;
        ++count;
    }
    // The use in percent of the request, rounded down.
    int utilization() const
    {
        auto const percent = usage_m * 100 / request_m;
        constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
        return static_cast<int>(std::min(percent, most));
    }
};

// -1, 0 or 1: the utilization is below, at or above the target.
int side(int utilization, int percent)
{
    return (utilization > percent) - (utilization < percent);
}

// The epsilon makes up for decimal fractions that binary ones only approximate: 0.1 * 70 is a
// little more than 7.
bool within_tolerance(int utilization, int percent, double tolerance)
{
    return std::abs(static_cast<double>(utilization) - percent) <= tolerance * percent + 1e-9;
}

// ceil(utilization / percent * count), without a division before the end.
int scaled(int utilization, int percent, int count)
{
    auto const product = static_cast<std::int64_t>(utilization) * count;
    auto const n = (product + percent - 1) / percent;
    return static_cast<int>(std::min<std::int64_t>(n, std::numeric_limits<int>::max()));
}

std::string number(std::int64_t n)
{
    return std::to_string(n);
}

// One decision while it is being made.
class maker {
public:
    maker(rule const& limits, settings const& s, state const& before, time_point now, int wanted)
        : limits_(limits), settings_(s), now_(now)
    {
        made_.wanted = made_.seen.wanted = wanted;
        made_.next = before;
        made_.seen.limits = limits;
    }

    decision make(std::span<process const> processes);

private:
    bool gate();
    bool measure(std::span<process const> processes);
    int compute(std::span<process const> processes);
    int rebalance(std::span<process const> processes, int first_side);
    int clamp(int n) const;
    void cool_down(int n);
    void rescale(int to, condition why, std::string reason);
    void keep(condition why, std::string reason);

    rule const& limits_;
    settings const& settings_;
    time_point now_;
    sums ready_;
    decision made_;
};

void maker::rescale(int to, condition why, std::string reason)
{
    made_.wanted = to;
    made_.next.last_rescale = now_;
    made_.why = why;
    made_.reason = std::move(reason);
}

void maker::keep(condition why, std::string reason)
{
    made_.why = why;
    made_.reason = std::move(reason);
}

// The first step: the bounds apply without samples, tolerance or cool-down, and a count of 0 was
// set by hand. False when the decision is made.
bool maker::gate()
{
    int const wanted = made_.seen.wanted;
    if (wanted == 0)
        keep(condition::scaling_disabled, "scaled to 0 by hand");
    else if (wanted > limits_.max)
        rescale(limits_.max, condition::too_many, "more than max " + number(limits_.max));
    else if (wanted < limits_.min)
        rescale(limits_.min, condition::too_few, "fewer than min " + number(limits_.min));
    else
        return true;
    return false;
}

// Classifies and sums up. False when nothing was measured, so that the count stays.
bool maker::measure(std::span<process const> processes)
{
    auto& seen = made_.seen;
    bool requested = true;
    for (auto const& p : processes) {
        auto const what = classify(p, settings_, now_);
        seen.dropped += what == kind::dropped;
        seen.unready += what == kind::unready;
        seen.missing += what == kind::missing;
        requested = requested && (what == kind::dropped || p.request_m > 0);
        if (what != kind::ready)
            continue;
        ready_.add(p.measured->usage_m, p.request_m);
        seen.sampled = std::max(seen.sampled.value_or(p.measured->time), p.measured->time);
    }
    seen.ready = ready_.count;
    seen.usage_m = ready_.usage_m;
    seen.request_m = ready_.request_m;
    if (!requested)
        keep(condition::no_request, "a process has no CPU request; set cpu above 0");
    else if (ready_.count == 0)
        keep(condition::no_metrics, "no metrics from ready processes");
    return requested && ready_.count > 0;
}

// The count that the measured use asks for, without any limit.
int maker::compute(std::span<process const> processes)
{
    auto& seen = made_.seen;
    int const used = ready_.utilization();
    int const first_side = side(used, limits_.percent);
    seen.utilization = used;
    if (seen.missing == 0 && !(first_side > 0 && seen.unready > 0))
        return within_tolerance(used, limits_.percent, settings_.tolerance)
                   ? seen.wanted
                   : scaled(used, limits_.percent, ready_.count);
    return rebalance(processes, first_side);
}

// The same count with assumed values for the processes that were not measured. The values hold the
// change back. If the count would shrink, a missing process counts as fully used. If it would grow,
// missing and unready processes count as idle.
int maker::rebalance(std::span<process const> processes, int first_side)
{
    auto& seen = made_.seen;
    auto all = ready_;
    auto const full = static_cast<std::uint64_t>(std::max(100, limits_.percent));
    for (auto const& p : processes) {
        auto const what = classify(p, settings_, now_);
        if (what == kind::missing && first_side != 0)
            all.add(first_side < 0 ? p.request_m * full / 100 : 0, p.request_m);
        else if (what == kind::unready && first_side > 0)
            all.add(0, p.request_m);
    }
    int const used = all.utilization();
    int const new_side = side(used, limits_.percent);
    seen.rebalanced = used;
    if (within_tolerance(used, limits_.percent, settings_.tolerance) || first_side * new_side < 0)
        return seen.wanted;
    int const n = scaled(used, limits_.percent, all.count);
    bool const against = (new_side < 0 && n > seen.wanted) || (new_side > 0 && n < seen.wanted);
    return against ? seen.wanted : n;
}

// Limits a count to [min, max] and to one step of growth.
int maker::clamp(int n) const
{
    constexpr int least_step = 4;
    int const wanted = made_.seen.wanted;
    int const step = wanted > limits_.max / 2 ? limits_.max : std::max(2 * wanted, least_step);
    return std::clamp(n, std::max(limits_.min, 1), std::min(limits_.max, step));
}

// The age of the last rescale is measured at the time of the newest sample, as in Kubernetes.
void maker::cool_down(int n)
{
    auto const& seen = made_.seen;
    bool up_waits = false, down_waits = false;
    if (auto const last = made_.next.last_rescale) {
        auto const since = std::min(*last, now_);
        up_waits = since + settings_.scale_up_delay >= *seen.sampled;
        down_waits = since + settings_.scale_down_delay >= *seen.sampled;
    }
    bool const up = n > seen.wanted;
    auto const backoff = up_waits && down_waits ? condition::backoff_both
                         : up                   ? condition::backoff_upscale
                                                : condition::backoff_downscale;
    if (n == seen.wanted)
        keep(condition::desired, *seen.raw > n   ? "as many as the rule allows"
                                 : *seen.raw < n ? "as few as the rule allows"
                                                 : "the count is right");
    else if (up ? up_waits : down_waits)
        keep(backoff, "would be " + number(n) + ", but the last rescale is too recent");
    else
        rescale(n, condition::rescaled,
                up ? "CPU use is above the target" : "CPU use is below the target");
}

decision maker::make(std::span<process const> processes)
{
    if (!gate() || !measure(processes))
        return std::move(made_);
    made_.seen.raw = compute(processes);
    made_.seen.proposed = clamp(*made_.seen.raw);
    cool_down(*made_.seen.proposed);
    return std::move(made_);
}

} // namespace

kind classify(process const& p, settings const& s, time_point now)
{
    switch (p.current_phase) {
    case phase::stopping:
    case phase::failed:
        return kind::dropped;
    case phase::pending:
        return kind::unready;
    case phase::running:
        break;
    }
    if (!p.ready || !p.ready_since || now - *p.ready_since < s.window)
        return kind::unready;
    return p.measured ? kind::ready : kind::missing;
}

std::string_view to_string(condition c)
{
    switch (c) {
    case condition::scaling_disabled:
        return "ScalingDisabled";
    case condition::too_many:
        return "TooManyReplicas";
    case condition::too_few:
        return "TooFewReplicas";
    case condition::no_request:
        return "FailedGetRequest";
    case condition::no_metrics:
        return "FailedGetMetrics";
    case condition::desired:
        return "DesiredWithinRange";
    case condition::rescaled:
        return "SucceededRescale";
    case condition::backoff_upscale:
        return "BackoffUpscale";
    case condition::backoff_downscale:
        return "BackoffDownscale";
    case condition::backoff_both:
        return "BackoffBoth";
    }
    return "?";
}

decision decide(rule const& limits, settings const& s, state const& before, time_point now,
                int wanted, std::span<process const> processes)
{
    return maker(limits, s, before, now, wanted).make(processes);
}

std::optional<rule> rule_of(procfile::type_settings const& s)
{
    if (!s.autoscale || !s.autoscale->cpu_percent)
        return std::nullopt;
    return rule{s.autoscale->min, s.autoscale->max, *s.autoscale->cpu_percent};
}

} // namespace core::autoscale
