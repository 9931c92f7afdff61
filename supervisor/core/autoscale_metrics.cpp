#include "supervisor/core/autoscale_metrics.hpp"

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

// -1, 0 or 1: the value is below, at or above the target.
int side(std::int64_t value, std::int64_t target)
{
    return (value > target) - (value < target);
}

// The epsilon makes up for decimal fractions that binary ones only approximate: 0.1 * 70 is a
// little more than 7.
bool within_tolerance(std::int64_t value, std::int64_t target, double tolerance)
{
    auto const goal = static_cast<double>(target);
    return std::abs(static_cast<double>(value) - goal) <= tolerance * goal + 1e-9;
}

// ceil(dividend / divisor), at most what an int holds.
int rounded_up(std::int64_t dividend, std::int64_t divisor)
{
    auto const n = dividend / divisor + (dividend % divisor > 0);
    return static_cast<int>(std::min<std::int64_t>(n, std::numeric_limits<int>::max()));
}

// ceil(utilization / percent * count), without a division before the end.
int scaled(int utilization, int percent, int count)
{
    return rounded_up(static_cast<std::int64_t>(utilization) * count, percent);
}

// A count that is against the direction in which the filled-in value points is not used.
int unless_against(int n, int direction, int wanted)
{
    bool const against = (direction < 0 && n > wanted) || (direction > 0 && n < wanted);
    return against ? wanted : n;
}

// The measured processes with assumed values for the others. The values hold the change back. If
// the count would shrink, a missing process counts as fully used. If it would grow, missing and
// unready processes count as idle.
sums filled_in(std::span<process const> processes, settings const& s, time_point now, int percent,
               int first_side)
{
    sums all;
    auto const full = static_cast<std::uint64_t>(std::max(100, percent));
    for (auto const& p : processes) {
        auto const what = classify(p, s, now);
        if (what == kind::ready)
            all.add(p.measured->usage_m, p.request_m);
        else if (what == kind::missing && first_side != 0)
            all.add(first_side < 0 ? p.request_m * full / 100 : 0, p.request_m);
        else if (what == kind::unready && first_side > 0)
            all.add(0, p.request_m);
    }
    return all;
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

census count(std::span<process const> processes, settings const& s, time_point now)
{
    census found;
    for (auto const& p : processes) {
        auto const what = classify(p, s, now);
        found.dropped += what == kind::dropped;
        found.unready += what == kind::unready;
        found.missing += what == kind::missing;
        found.ready += what == kind::ready;
        found.all_request_cpu = found.all_request_cpu && (what == kind::dropped || p.request_m > 0);
        if (what != kind::ready)
            continue;
        found.usage_m += p.measured->usage_m;
        found.request_m += p.request_m;
        found.sampled = std::max(found.sampled.value_or(p.measured->time), p.measured->time);
    }
    return found;
}

answer by_cpu(int percent, settings const& s, time_point now, int wanted,
              std::span<process const> processes, census const& of)
{
    answer made;
    if (!of.all_request_cpu) {
        made.failed = condition::no_request;
        made.why = "a process has no CPU request; set cpu above 0";
        return made;
    }
    if (of.ready == 0) {
        made.why = "no metrics from ready processes";
        return made;
    }
    made.sampled = *of.sampled;
    int const used = sums{of.usage_m, of.request_m, of.ready}.utilization();
    int const first_side = side(used, percent);
    made.utilization = used;
    if (of.missing == 0 && !(first_side > 0 && of.unready > 0)) {
        bool const near = within_tolerance(used, percent, s.tolerance);
        made.count = near ? wanted : scaled(used, percent, of.ready);
        return made;
    }
    auto const all = filled_in(processes, s, now, percent, first_side);
    int const filled = all.utilization();
    int const new_side = side(filled, percent);
    made.rebalanced = filled;
    if (within_tolerance(filled, percent, s.tolerance) || first_side * new_side < 0)
        made.count = wanted;
    else
        made.count = unless_against(scaled(filled, percent, all.count), new_side, wanted);
    return made;
}

answer by_concurrency(int concurrency, settings const& s, int wanted, measured const& facts,
                      census const& of)
{
    auto const& requests = facts.requests;
    answer made;
    made.by = metric::concurrency;
    int const ready = of.ready + of.missing; // whether CPU was measured does not matter here
    if (!requests || ready == 0) {
        made.why =
            requests ? "no process has been ready for a whole window" : facts.no_requests_because;
        return made;
    }
    made.sampled = requests->time;
    auto const there = static_cast<std::int64_t>(requests->requests_m);
    auto const each = std::int64_t{1000} * concurrency;
    bool const grows = side(there, each * ready) > 0;
    auto const target = each * (grows ? ready + of.unready : ready);
    int const direction = side(there, target);
    if (within_tolerance(there, target, s.tolerance) || (grows && direction < 0))
        made.count = wanted;
    else if (grows && of.unready > 0)
        made.count = unless_against(rounded_up(there, each), direction, wanted);
    else
        made.count = rounded_up(there, each);
    return made;
}

} // namespace core::autoscale
