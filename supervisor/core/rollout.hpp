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
    int unavailable = 1; // how many fewer than `wanted` may be available; 0 with surge 0 acts as 1
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
// step can help it, and at most wanted + surge exist. Old processes that are not available are
// replaced before those that are, but never more of them at a time than could be missing if they
// were available: an overloaded type must not be stopped as a whole.
step next(limits const& l, std::span<member const> there);

// One process as a rollout finds it.
struct candidate {
    int instance = 1;
    bool is_new = false;      // it runs, or is about to run, as the rollout wants it
    bool terminating = false; // the old one still ends, or the new one is not started yet
    bool completed = false;   // it has ended as it should, and is not started again
    bool gave_up = false;     // the new one has crashed
    bool stuck = false;       // the new one cannot start: another process does not become ready
    std::optional<time_point> ready_since;
    std::optional<time_point> started; // when the new one was first started
};

// How patient a rollout is.
struct pace {
    std::chrono::milliseconds min_ready{0}; // ready for so long counts as available
    // How long after its start a new process may take to become available, while no other one does.
    std::chrono::milliseconds progress_deadline{0};
};

// How far it is; kept from one look to the next.
struct progress {
    int ready = 0, all = 0;
    time_point progressed{}; // when a process was last stopped or became available
    bool operator==(progress const&) const = default;
};

// The result of a look: all are new and available; these old ones are to be stopped; one is late,
// gave up or waits in vain for another process; or nothing, and when to look again at the latest.
struct too_late {
    int instance = 1;
    std::chrono::milliseconds patience{0}; // that it was given
    bool operator==(too_late const&) const = default;
};
struct crashed {
    int instance = 1;
    bool operator==(crashed const&) const = default;
};
struct waits_in_vain {
    int instance = 1;
    bool operator==(waits_in_vain const&) const = default;
};
struct look_again {
    std::optional<time_point> at;
    bool operator==(look_again const&) const = default;
};
using finding = std::variant<done, stop, crashed, too_late, waits_in_vain, look_again>;

// Updates `so_far`. The limits are wanted = the candidates, surge 0, one unavailable.
finding look(progress& so_far, std::span<candidate const> there, pace const& p, time_point now);

// Whether a process is available: ready without a break for `min_ready`. `ready_since` belongs to
// the current incarnation.
bool available(std::optional<time_point> ready_since, std::chrono::milliseconds min_ready,
               time_point now);

} // namespace core::rollout
