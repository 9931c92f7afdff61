// How many processes a type should have: Kubernetes' horizontal pod autoscaler for CPU, with the
// classic cool-down (up only when nothing was rescaled for a while, down after a longer one). Pure:
// the time and what was measured come in, the count and its reason go out.
//
// Source of the algorithm: kubernetes pkg/controller/podautoscaler (replica_calculator.go, and
// shouldScale of horizontal.go as of 1.7). Ratios are compared as integers, so that no rounding of
// a quotient decides: utilization / percent is never computed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace core::autoscale {

using time_point = std::chrono::steady_clock::time_point;

struct rule {
    int min = 1;     // at least 1
    int max = 1;     // at least min
    int percent = 1; // of the requested CPU, at least 1
    bool operator==(rule const&) const = default;
};

// Constants of the machine, procd.toml's [autoscale].
struct settings {
    std::chrono::milliseconds window{15'000}; // of CPU use that one decision looks at
    double tolerance = 0.1;                   // of the target, both ways and inclusive
    std::chrono::milliseconds scale_up_delay{180'000}, scale_down_delay{300'000};
};

enum class phase { pending, running, stopping, failed };

struct sample {
    std::uint64_t usage_m = 0; // millicores, averaged over a window that ended at `time`
    time_point time{};
};

struct process {
    std::uint64_t request_m = 1000; // CPU request in millicores; 0: it has none
    phase what = phase::running;
    bool ready = false;
    std::optional<time_point> ready_since;
    std::optional<sample> measured;
};

// What one rescale leaves for the next decision.
struct state {
    std::optional<time_point> last_rescale; // by the autoscaler only; a time to come counts as now
};

// What a process is to one decision.
enum class kind { dropped, unready, missing, ready };
kind classify(process const& p, settings const& s, time_point now);

// Words of the platform's own conditions.
enum class condition {
    scaling_disabled,  // the count is 0, by hand
    too_many,          // more than max: enforced at once
    too_few,           // fewer than min: enforced at once
    no_request,        // a process has no CPU request
    no_metrics,        // nothing ready was measured
    desired,           // the count is right
    rescaled,          // it changes now
    backoff_upscale,   // it would grow, but the last rescale is too recent
    backoff_downscale, // it would shrink, but …
    backoff_both,      // … and growing would have to wait too
};
std::string_view to_string(condition c); // "ScalingDisabled", "BackoffBoth", …

// What a decision was made of.
struct inputs {
    int wanted = 0; // before
    rule limits;
    int ready = 0, unready = 0, missing = 0, dropped = 0;
    std::uint64_t usage_m = 0, request_m = 0; // of the ready ones
    std::optional<int> utilization;           // percent of the request, of the ready ones
    std::optional<int> rebalanced;            // … with the missing and unready ones filled in
    std::optional<int> raw;                   // the count that follows, before any limit
    std::optional<int> proposed;              // … after limits, before the cool-down
    std::optional<time_point> sampled;        // the newest sample
};

struct decision {
    int wanted = 0; // from now on
    state next;
    condition why = condition::desired;
    std::string reason; // one sentence for people
    inputs seen;
};

// The decision of one type. Never outside [min, max] but for a count of 0, which stays.
decision decide(rule const& limits, settings const& s, state const& before, time_point now,
                int wanted, std::span<process const> processes);

} // namespace core::autoscale
