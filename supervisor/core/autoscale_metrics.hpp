// The count that each metric asks for by itself, as Kubernetes' replica calculator has it. Ratios
// are compared as integers, so the rounding of a quotient never decides: utilization / percent is
// not computed.
#pragma once

#include "supervisor/core/autoscale.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace core::autoscale {

// The processes of a type by their kinds, and the sums over the ready ones.
struct census {
    int ready = 0, unready = 0, missing = 0, dropped = 0;
    std::uint64_t usage_m = 0, request_m = 0;
    bool all_request_cpu = true;       // but for the dropped ones
    std::optional<time_point> sampled; // the time of the newest CPU sample
};
census count(std::span<process const> processes, settings const& s, time_point now);

// The answer of one metric.
struct answer {
    metric by = metric::cpu;
    std::optional<int> count; // without any limit; absent: the metric was not measured
    time_point sampled{};
    condition failed = condition::no_metrics; // the reason why there is no count
    std::string why;                          // the same in words
    // The CPU use in percent of the request, and the same with missing and unready processes
    // filled in.
    std::optional<int> utilization, rebalanced;
};

// The count is proportional to utilization / target, unless the deviation lies within the
// tolerance. If some processes were not measured, values are assumed for them such that they hold
// the change back. The result counts only if it points in the same direction as the measured value.
answer by_cpu(int percent, settings const& s, time_point now, int wanted,
              std::span<process const> processes, census const& of);

// The same for the requests of the whole type: so many processes that each has `concurrency` of
// them. Unready processes hold the growth back, because they will take their share.
answer by_concurrency(int concurrency, settings const& s, int wanted, measured const& facts,
                      census const& of);

} // namespace core::autoscale
