// The answers of the control socket about autoscaling, and their JSON.
#pragma once

#include "supervisor/core/log_line.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace core::api {

// The autoscale rule of a type.
struct autoscale_view {
    std::string type;
    int min = 1, max = 1;
    std::optional<int> cpu_percent = {}, concurrency = {}; // the targets
    bool operator==(autoscale_view const&) const = default;
};

// One decision of the autoscaler with the numbers that led to it (core/autoscale).
struct decision_view {
    wall_time time{};
    std::string condition, reason;
    int from = 0, to = 0;
    int min = 1, max = 1;
    std::optional<int> target_percent, target_concurrency;
    int ready = 0, unready = 0, missing = 0;
    std::uint64_t usage_millicores = 0, request_millicores = 0;
    std::optional<int> utilization, rebalanced;      // percent
    std::optional<double> requests;                  // in flight and queued, on average
    std::optional<int> cpu_count, concurrency_count; // that each metric asks for
    std::optional<std::string> decided_by;           // "cpu" or "concurrency"
    std::optional<int> raw, proposed;                // counts before and after the limits
    bool operator==(decision_view const&) const = default;
};

boost::json::value to_json(autoscale_view const&);
boost::json::value to_json(decision_view const&);

} // namespace core::api
