// The health of one incarnation as its probes see it: when each probe is due, and what its results
// in a row mean. The class is pure. The daemon runs the probes (process/prober).
//
// The rules are those of the kubelet (prober/worker.go). The verdict changes after a number of
// equal results in a row. The startup probe holds the others back. A probe that cannot be run at
// all counts as neither success nor failure.
#pragma once

#include "procfile/config.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

namespace core {

using procfile::probe_kind;
using time_point = std::chrono::steady_clock::time_point;

enum class probe_result { success, failure, error }; // error: procd could not run the probe
enum class verdict { unknown, success, failure };
// The name of a verdict.
std::string_view to_string(verdict v);

// The probes of a type.
struct probe_plan {
    std::optional<procfile::probe_settings> startup, readiness, liveness;
    // The probe of one kind, if there is one.
    std::optional<procfile::probe_settings> const& of(probe_kind kind) const;
    bool operator==(probe_plan const&) const = default;
};

// The verdicts on one incarnation.
class health {
public:
    // How often a probe that could not be run is run again at once, before the next period.
    static constexpr int retries_of_an_error = 3;

    // An incarnation without probes, which is always ready.
    health() : health({}, {}) {}
    // An incarnation that was started at `started`.
    health(probe_plan plan, time_point started);

    // When the probe is to be run next. A time in the past means now. Nothing when there is no such
    // probe, or when it must not run at present.
    std::optional<time_point> due(probe_kind kind) const;
    // Takes the result of a run that was due. True when the verdict or the readiness has changed.
    bool note(probe_kind kind, probe_result result, time_point now);
    // The incarnation is being stopped: no probe runs or counts any more.
    void mute() { muted_ = true; }

    // The present verdict of a probe.
    verdict published(probe_kind kind) const { return at(kind).published; }
    // Tells whether the incarnation is ready: the startup probe, if there is one, and the readiness
    // probe have succeeded.
    bool ready() const;
    // The probe that says that this incarnation has to be replaced, if one does.
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

// The longest time that a start may take by its startup probe. A rollout allows for it.
std::chrono::milliseconds startup_allowance(probe_plan const& plan);

} // namespace core
