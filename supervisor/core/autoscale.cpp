// One decision of the autoscaler, in the order of maker::make():
//
// 1. gate(): a count of 0 was set by hand and stays. A count outside of [min, max] is corrected at
//    once, without looking at any measurement.
// 2. ask(): each metric of the rule says which count it asks for (autoscale_metrics).
// 3. choose(): the larger answer counts. If a metric could not be measured, nothing shrinks.
// 4. clamp(): the count is kept within [min, max], and it grows to at most the double, or to 4 from
//    a smaller count.
// 5. cool_down(): a change has to wait until the last rescale is old enough for its direction.
#include "supervisor/core/autoscale.hpp"

#include "supervisor/core/autoscale_metrics.hpp"

#include <algorithm>
#include <utility>

namespace core::autoscale {

namespace {

std::string number(std::int64_t n)
{
    return std::to_string(n);
}

// How a sentence begins that is about the metric.
std::string words_of(metric m)
{
    return m == metric::cpu ? "CPU use is" : "the requests in flight are";
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

    decision make(measured const& facts);

private:
    bool gate();
    std::vector<answer> ask(measured const& facts);
    bool choose(std::vector<answer> const& answers);
    int clamp(int n) const;
    void cool_down(int n);
    void rescale(int to, condition why, std::string reason);
    void keep(condition why, std::string reason);

    rule const& limits_;
    settings const& settings_;
    time_point now_;
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

std::vector<answer> maker::ask(measured const& facts)
{
    auto& seen = made_.seen;
    auto const of = count(facts.processes, settings_, now_);
    seen.ready = limits_.percent ? of.ready : of.ready + of.missing;
    seen.missing = limits_.percent ? of.missing : 0;
    seen.unready = of.unready;
    seen.dropped = of.dropped;
    std::vector<answer> answers;
    if (limits_.percent) {
        answers.push_back(
            by_cpu(*limits_.percent, settings_, now_, seen.wanted, facts.processes, of));
        seen.usage_m = of.usage_m;
        seen.request_m = of.request_m;
        seen.utilization = answers.back().utilization;
        seen.rebalanced = answers.back().rebalanced;
        seen.by_cpu = answers.back().count;
    }
    if (limits_.concurrency) {
        answers.push_back(by_concurrency(*limits_.concurrency, settings_, seen.wanted, facts, of));
        if (facts.requests)
            seen.requests_m = facts.requests->requests_m;
        seen.by_concurrency = answers.back().count;
    }
    return answers;
}

// Of equal answers the first one counts. False when nothing changes, because a metric is missing.
bool maker::choose(std::vector<answer> const& answers)
{
    answer const *best = nullptr, *failed = nullptr;
    for (auto const& each : answers) {
        if (!each.count && failed == nullptr)
            failed = &each;
        if (each.count && (best == nullptr || *each.count > *best->count))
            best = &each;
    }
    if (best == nullptr) {
        keep(failed ? failed->failed : condition::no_metrics,
             failed ? failed->why : "the rule has no target");
        return false;
    }
    if (failed != nullptr && *best->count < made_.seen.wanted) {
        keep(failed->failed, failed->why + ", so the count does not shrink, although " +
                                 words_of(best->by) + " below the target");
        return false;
    }
    made_.seen.decided_by = best->by;
    made_.seen.raw = best->count;
    made_.seen.sampled = best->sampled;
    return true;
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
                words_of(*seen.decided_by) + (up ? " above the target" : " below the target"));
}

decision maker::make(measured const& facts)
{
    if (!gate() || !choose(ask(facts)))
        return std::move(made_);
    made_.seen.proposed = clamp(*made_.seen.raw);
    cool_down(*made_.seen.proposed);
    return std::move(made_);
}

} // namespace

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

std::string_view to_string(metric m)
{
    return m == metric::cpu ? "cpu" : "concurrency";
}

decision decide(rule const& limits, settings const& s, state const& before, time_point now,
                int wanted, measured const& facts)
{
    return maker(limits, s, before, now, wanted).make(facts);
}

} // namespace core::autoscale
