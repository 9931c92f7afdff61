// Tells the service manager about the app: ready once everything wanted is, or after 30 s with
// the names of what is not; reloading; what has become of that; and that the loop turns.
#pragma once

#include "supervisor/core/lifecycle.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace procd::formation {
class formation;
}

namespace procd::release {
class change;
class releases;
struct start_point;
} // namespace procd::release

namespace procd::daemon {

class service_manager;

class readiness {
public:
    // `manager` may be null: then nothing is ever told.
    readiness(service_manager* manager, formation::formation const& all,
              release::releases const& history, release::change const& changes);

    // A release phase may take long: the manager is to be patient.
    void preparing(release::start_point const& from);
    // Processes start now; the 30 s begin.
    void begin(core::time_point now) { started_ = now; }
    // Tells what is to be told, and returns when to look again at the latest.
    std::optional<core::time_point> advance(core::time_point now);

private:
    void tell_reload();
    std::string running_text() const; // with the types that are off

    service_manager* manager_;
    formation::formation const& formation_;
    release::releases const& history_;
    release::change const& change_;
    core::time_point started_{};
    std::uint64_t reloads_told_ = 0;
    bool reloading_ = false;
    bool ready_ = false;
};

} // namespace procd::daemon
