// Which processes of a type to start or stop next, so that all of them become new. Pure: called on
// every change (ready, exit, timer), level-triggered.
//
// The rule is that of Kubernetes' deployment controller (pkg/controller/deployment/rolling.go),
// with counts instead of percentages. Processes that are being stopped count nowhere.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace core::rollout {

using time_point = std::chrono::steady_clock::time_point;

struct limits {
    int wanted = 0;
    int surge = 0;       // how many more than wanted there may be
    int unavailable = 1; // how many fewer than wanted may be available
};

struct member {
    int instance = 1;
    bool is_new = false;
    bool available = false;
};

struct start {
    int count = 0; // new ones
    bool operator==(start const&) const = default;
};
struct stop {
    std::vector<int> instances; // old ones, in this order
    bool operator==(stop const&) const = default;
};
struct wait {
    bool operator==(wait const&) const = default;
};
struct done {
    bool operator==(done const&) const = default;
};
using step = std::variant<start, stop, wait, done>;

// Never leaves fewer than wanted - unavailable available, never makes more than wanted + surge.
step next(limits const& l, std::span<member const> there);

// Ready, and for so long without a death. `ready_since` is that of the current incarnation.
bool available(std::optional<time_point> ready_since, std::chrono::milliseconds min_ready,
               time_point now);

} // namespace core::rollout
