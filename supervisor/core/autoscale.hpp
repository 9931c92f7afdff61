// How many processes a type should have: Kubernetes' horizontal pod autoscaler for CPU use and for
// requests in flight, with the classic cool-down (up only after a while without a rescale, down
// only after a longer while). The function is pure: the time and the measurements come in, and the
// count and its reason go out.
//
// Source of the algorithm: kubernetes pkg/controller/podautoscaler (replica_calculator.go,
// computeReplicasForMetrics of horizontal.go, and its shouldScale as of 1.7).
#pragma once

#include "supervisor/core/autoscale_rule.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::autoscale {

using time_point = std::chrono::steady_clock::time_point;

// The two measurements of which a rule may have a target.
enum class metric { cpu, concurrency };
// "cpu" or "concurrency".
std::string_view to_string(metric m);

// The settings for all types: procd.toml's [autoscale].
struct settings {
    std::chrono::milliseconds window{15'000}; // over which a metric is averaged
    double tolerance = 0.1; // ignored deviation, as a share of the target, inclusive
    // How long after a rescale the count may grow or shrink again.
    std::chrono::milliseconds scale_up_delay{180'000}, scale_down_delay{300'000};
};

// The state of a process, as coarse as the autoscaler needs it.
enum class phase { pending, running, stopping, failed };

// One measurement of a process.
struct sample {
    std::uint64_t usage_m = 0; // millicores, averaged over a window that ended at `time`
    time_point time{};
};

// One process as it enters a decision.
struct process {
    std::uint64_t request_m = 1000; // CPU request in millicores; 0 means that there is none
    phase current_phase = phase::running;
    bool ready = false;
    std::optional<time_point> ready_since;
    std::optional<sample> measured;
};

// The requests of the type, in flight and queued, averaged over a window that ended at `time`.
struct load {
    std::uint64_t requests_m = 0; // in thousandths
    time_point time{};
};

// Everything that is measured for a decision.
struct measured {
    std::vector<process> processes;
    std::optional<load> requests;
    std::string no_requests_because = "the requests in flight were not measured";
};

// The state that one decision leaves for the next one.
struct state {
    std::optional<time_point> last_rescale; // by the autoscaler; a time in the future counts as now
};

// How a decision counts a process. A dropped process (one that stops or has failed) counts nowhere.
// An unready one is pending, or has not been ready for a whole window. A missing one is ready but
// was not measured.
enum class kind { dropped, unready, missing, ready };
// The kind of one process at the time `now`.
kind classify(process const& p, settings const& s, time_point now);

// The reasons of decisions, after the platform's own conditions.
enum class condition {
    scaling_disabled,  // the count is 0, which a person has set
    too_many,          // the count is above max and is changed at once
    too_few,           // the count is below min and is changed at once
    no_request,        // a process has no CPU request
    no_metrics,        // a metric was not measured
    desired,           // the count is right
    rescaled,          // the count changes now
    backoff_upscale,   // the count should grow, but the last rescale is too recent
    backoff_downscale, // the count should shrink, but the last rescale is too recent for that
    backoff_both,      // the last rescale is too recent for a change in either direction
};
// The platform's word for a condition: "ScalingDisabled", "BackoffBoth" and so on.
std::string_view to_string(condition c);

// The numbers that led to a decision. Sums are over the ready processes. By a rule without a CPU
// target no process is missing.
struct inputs {
    int wanted = 0; // the count before the decision
    rule limits;
    int ready = 0, unready = 0, missing = 0, dropped = 0;
    std::uint64_t usage_m = 0, request_m = 0; // sums in millicores
    std::optional<int> utilization;           // CPU use in percent of the request
    std::optional<int> rebalanced;            // with missing and unready processes filled in
    std::optional<std::uint64_t> requests_m;  // in flight and queued, in thousandths
    // The counts that the metrics ask for, without any limit.
    std::optional<int> by_cpu, by_concurrency;
    std::optional<metric> decided_by;  // the metric that asks for more
    std::optional<int> raw;            // its count
    std::optional<int> proposed;       // that count within the limits, before the cool-down
    std::optional<time_point> sampled; // the time of the newest sample of that metric
};

// The result of decide().
struct decision {
    int wanted = 0; // the count from now on
    state next;     // to be passed to the next decision
    condition why = condition::desired;
    std::string reason; // one sentence for people
    inputs seen;
};

// Decides the count of one type. The result is within [min, max], except that a count of 0 stays 0.
// The metric that asks for more processes decides. A metric that was not measured never lets the
// other one scale down.
decision decide(rule const& limits, settings const& s, state const& before, time_point now,
                int wanted, measured const& facts);

} // namespace core::autoscale
