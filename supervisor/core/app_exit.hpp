// procd's own exit code, as a function of how the app ended.
#pragma once

#include "supervisor/core/exit_status.hpp"

#include <optional>
#include <span>

namespace core {

// The verdict of the probes on a process. procd stops a process that a probe has found dead.
enum class probed { alive, dead };

// How the app ended.
struct app_end {
    bool start_failed = false;
    bool unkillable = false;             // a process survived even SIGKILL
    std::optional<exit_status> ended_by; // the end that ended the app, by --exit-on
    probed ended_found = probed::alive;  // whether a probe had found that process dead
    // The last end of each process, if all of them ended by themselves.
    std::span<exit_status const> all_ended;
};

// procd's exit code. The first rule that applies decides: 1 when something failed to start or could
// not be killed; the code of the process that ended the app, but 1 instead of 0 when a probe had
// found it dead; the highest code when all processes ended by themselves; 0 after a stop that was
// asked for.
int app_exit_code(app_end const& end);

// The values of --exit-on: which ends, among those that nobody asked for, end the whole app.
enum class exit_on { never, failure, any };
// True if the end of one process ends the app. A process that a probe found dead has failed, even
// when it obeyed the stop signal and ended with code 0.
bool ends_app(exit_on when, exit_status const& status, probed found);

} // namespace core
