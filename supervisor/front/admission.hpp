// Which process gets a request, or how long the request waits for one. Pure.
//
// The process with the fewest requests in flight gets it, of equal ones the one that was used least
// recently. A process that refused a connection rests.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

namespace procd::front {

using time_point = std::chrono::steady_clock::time_point;

// How long a process that refused a connection gets no requests.
inline constexpr std::chrono::seconds rest_after_refusal{5};
// How long a request waits while its type is paused.
inline constexpr std::chrono::seconds longest_pause{30};

// One process of the type.
struct load {
    bool in_rotation = false;
    int in_flight = 0;
    std::uint64_t last_used = 0; // a number that grows with each use
    std::optional<time_point> rests_until;
};

// The index of the process that gets the next request. Nothing: none is in rotation, all rest, or
// each has `concurrency` requests in flight (0: there is no limit).
std::optional<std::size_t> choose(std::span<load const> all, int concurrency, time_point now);

// The type, as far as a request's admission depends on it.
struct gate {
    bool wanted = true; // false: scaled to 0, or stopped by hand
    bool over = false;  // its processes have ended, and none starts again by itself
    bool paused = false, maintenance = false;
    time_point none_since{}; // when the last process left the rotation, if none is in it
    int concurrency = 0;
    int queue = 100;
    std::chrono::milliseconds queue_timeout{30'000}, hold{5'000};
};

// A request that asks to be let in.
struct arrival {
    time_point since;        // when it came
    int ahead = 0;           // how many requests wait before it
    bool is_waiting = false; // it has a place in the queue
};

// It goes to this process.
struct go {
    std::size_t to = 0;
    bool operator==(go const&) const = default;
};
// It waits until then at the latest, or for a change.
struct wait_at_gate {
    time_point until;
    bool operator==(wait_at_gate const&) const = default;
};
// It is answered with 503 for this reason.
enum class refused_for {
    maintenance,
    not_wanted,
    crashed,
    none_ready,
    queue_full,
    queued_too_long,
    paused
};
using admission = std::variant<go, wait_at_gate, refused_for>;

admission admit(gate const& g, std::span<load const> all, arrival const& request, time_point now);

} // namespace procd::front
