// Which processes of a type to start or stop next in a rolling restart. Pure, and called again
// after every change (a process is ready or has ended, a timer has expired).
//
// The rule is that of Kubernetes' deployment controller (pkg/controller/deployment/rolling.go),
// with counts instead of percentages. Processes that are being stopped are not counted at all.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace core::rollout {

using time_point = std::chrono::steady_clock::time_point;

// The limits within which a rollout works.
struct limits {
    int wanted = 0;
    int surge = 0;       // how many more processes than `wanted` there may be
    int unavailable = 1; // how many fewer than `wanted` may be available
};

// One process of the type. A process is new if it already runs the new release.
struct member {
    int instance = 1;
    bool is_new = false;
    bool available = false;
};

// Start this many new processes.
struct start {
    int count = 0;
    bool operator==(start const&) const = default;
};
// Stop these old processes, in this order.
struct stop {
    std::vector<int> instances;
    bool operator==(stop const&) const = default;
};
// Nothing can be done until something changes.
struct wait {
    bool operator==(wait const&) const = default;
};
// All processes are new and available.
struct done {
    bool operator==(done const&) const = default;
};
using step = std::variant<start, stop, wait, done>;

// The next step. At any time at least wanted - unavailable processes are available, as far as the
// step can help it, and at most wanted + surge exist.
step next(limits const& l, std::span<member const> there);

// Whether a process is available: ready without a break for `min_ready`. `ready_since` belongs to
// the current incarnation.
bool available(std::optional<time_point> ready_since, std::chrono::milliseconds min_ready,
               time_point now);

} // namespace core::rollout
