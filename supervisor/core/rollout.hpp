// Which processes of a type to start or stop next in a rolling restart. Pure, and called again
// after every change (a process is ready or has ended, a timer has expired).
//
// The rule is that of Kubernetes' deployment controller (pkg/controller/deployment/rolling.go). Its
// pods have no places of their own, but processes have: the wanted ones are those of the slots 1 to
// N. A surge process has a slot above N. When all old processes are replaced, the surge processes
// move down: the last slots of 1 to N are started, and the surge processes end. A slot whose old
// process is being stopped counts as a new process that is not available yet.
#pragma once

#include "procfile/config.hpp"

#include <chrono>
#include <optional>
#include <set>
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
    bool operator==(limits const&) const = default;
};

// The limits as a type's settings have them, in numbers or shares.
struct bounds {
    procfile::amount surge, unavailable;
    bool operator==(bounds const&) const = default;
};
// Who is served meanwhile by a front port: nobody (the type has none), clients that may be kept
// waiting, or clients that others of the type have to serve.
enum class clients { none, held, served };
// The bounds of a type. Where its settings are silent: without a front port a quarter is replaced
// at a time; clients that are held wait for one process at a time; clients that are served get a
// quarter more processes, so that none is missing. A surge alone means that none may be missing.
bounds bounds_of(procfile::rollout_settings const& s, clients whose);
// The bounds in numbers. A share of `wanted` rounds up for surge and down for unavailable;
// unavailable is at most `wanted`, and 1 where both come to 0 (Kubernetes' ResolveFenceposts).
limits resolve(bounds const& b, int wanted);

// One process of the type. A process is new if it already runs the new release.
struct member {
    int instance = 1;
    bool is_new = false;
    bool available = false;
    bool is_surge = false; // its slot is above those that are wanted
};

// Start this many new processes.
struct start {
    int count = 0;
    bool operator==(start const&) const = default;
};
// Stop these processes, in this order: old ones, or surge processes that are needed no longer.
struct stop {
    std::vector<int> instances;
    bool operator==(stop const&) const = default;
};
// Nothing can be done until something changes.
struct wait {
    bool operator==(wait const&) const = default;
};
// All processes are new and available, and there is no surge process left.
struct done {
    bool operator==(done const&) const = default;
};
using step = std::variant<start, stop, wait, done>;

// The next step. At any time at least wanted - unavailable processes are available, as far as the
// step can help it, and at most wanted + surge exist. Old processes that are not available are
// replaced before those that are, but never more of them at a time than could be missing if they
// were available: an overloaded type must not be stopped as a whole.
step next(limits const& l, std::span<member const> there);

// The process that a new one has replaced: there was none, it had ended before, or it ran.
enum class predecessor { none, ended, ran };
// The new processes are those of a release that is taken up, or of a release that has run before: a
// restart, or a release that is put back.
enum class purpose { new_release, known_release };
enum class manner { well, badly };
// Tells whether a new process that has ended, and is not started again, counts as available. Some
// programs have a task and end. A program that ends in the place of one that ran has not come up.
bool may_end(predecessor before, purpose why, manner ended);

// One process as a rollout finds it.
struct candidate {
    int instance = 1;
    bool is_new = false;      // it runs, or is about to run, as the rollout wants it
    bool is_surge = false;    // its slot is above those that are wanted
    bool leaving = false;     // a surge process on its way out
    bool ended = false;       // the new one has ended by itself
    bool terminating = false; // the old one still ends, or the new one is not started yet
    bool completed = false;   // it has ended as it may, and is not started again
    bool broke_off = false;   // the new one has ended as it may not, and is not started again
    bool gave_up = false;     // the new one has crashed
    bool stuck = false;       // the new one cannot start: another process does not become ready
    std::optional<time_point> ready_since;
    std::optional<time_point> started;      // when the new one was first started
    std::optional<time_point> next_attempt; // the new one has ended, and is started again then
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
    time_point progressed{};   // when a process was last stopped or became available
    std::set<int> proven = {}; // the new processes that have been available
    bool operator==(progress const&) const = default;
};

// The result of a look: all are new and available; surge processes are to be started; processes are
// to be stopped; one is late, will be late (its next attempt comes after the deadline), gave up,
// has ended before it was available (beside old processes: a surge process), or waits in vain for
// another process; or nothing, and when to look again at the latest.
struct too_late {
    int instance = 1;
    std::chrono::milliseconds patience{0}; // that it was given
    bool operator==(too_late const&) const = default;
};
struct hopeless {
    int instance = 1;
    std::chrono::milliseconds patience{0};
    bool operator==(hopeless const&) const = default;
};
struct crashed {
    int instance = 1;
    bool operator==(crashed const&) const = default;
};
struct ended {
    int instance = 1;
    bool operator==(ended const&) const = default;
};
struct ended_beside_old {
    int instance = 1;
    bool operator==(ended_beside_old const&) const = default;
};
struct waits_in_vain {
    int instance = 1;
    bool operator==(waits_in_vain const&) const = default;
};
struct look_again {
    std::optional<time_point> at;
    bool operator==(look_again const&) const = default;
};
using finding = std::variant<done, start, stop, crashed, too_late, hopeless, ended,
                             ended_beside_old, waits_in_vain, look_again>;

// Updates `so_far`. The number of wanted processes is the number of candidates that are no surge.
finding look(progress& so_far, std::span<candidate const> there, bounds const& b, pace const& p,
             time_point now);

// Tells whether a process is available: ready without a break for `min_ready`. `ready_since`
// belongs to the current incarnation.
bool available(std::optional<time_point> ready_since, std::chrono::milliseconds min_ready,
               time_point now);

} // namespace core::rollout
