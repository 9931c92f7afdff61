// The health of one incarnation as its probes see it: when each is to be run, and what a run of
// results means. Pure; running a probe is the daemon's (daemon/prober).
//
// The rules are the kubelet's (prober/worker.go): results count in a row and are published at a
// threshold; the startup probe holds the others back; one that cannot be run at all counts as
// nothing.
#pragma once

#include "procfile/config.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

namespace core {

using procfile::probe_kind;
using time_point = std::chrono::steady_clock::time_point;

enum class probe_result { success, failure, error }; // error: the probe itself could not be run
enum class verdict { unknown, success, failure };
std::string_view to_string(verdict v);

struct probe_plan {
    std::optional<procfile::probe_settings> startup, readiness, liveness;
    std::optional<procfile::probe_settings> const& of(probe_kind kind) const;
    bool operator==(probe_plan const&) const = default;
};

class health {
public:
    static constexpr int retries_of_an_error = 3; // at once, before the next tick

    // Of an incarnation that has just started, or (without a plan) of one that is always well.
    health() : health({}, {}) {}
    health(probe_plan plan, time_point started);

    // When the probe is to be run next (in the past: now); nothing while it is not there or on
    // hold.
    std::optional<time_point> due(probe_kind kind) const;
    // How the run that was due ended. True when what the incarnation is seen as has changed.
    bool note(probe_kind kind, probe_result result, time_point now);
    // It is being stopped: no probe matters any more.
    void mute() { muted_ = true; }

    verdict published(probe_kind kind) const { return at(kind).published; }
    // Startup has succeeded, if there is such a probe, and readiness does.
    bool ready() const;
    // The probe that says this incarnation has to be replaced, if one does.
    std::optional<probe_kind> fatal() const;

private:
    struct track {
        verdict published = verdict::unknown;
        std::optional<probe_result> last;
        int in_a_row = 0, errors = 0;
        std::optional<time_point> next;
    };

    track& at(probe_kind kind) { return tracks_[static_cast<std::size_t>(kind)]; }
    track const& at(probe_kind kind) const { return tracks_[static_cast<std::size_t>(kind)]; }
    bool started() const
    {
        return !plan_.startup || at(probe_kind::startup).published == verdict::success;
    }
    void count(probe_kind kind, probe_result result);
    void release_the_others(time_point now);

    probe_plan plan_;
    std::array<track, 3> tracks_;
    bool muted_ = false;
};

// How long a start may take by its startup probe: what a rollout has to allow for.
std::chrono::milliseconds startup_allowance(probe_plan const& plan);

} // namespace core
