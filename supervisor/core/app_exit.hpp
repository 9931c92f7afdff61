// procd's own exit code, from what happened.
#pragma once

#include "supervisor/core/exit_status.hpp"

#include <optional>
#include <span>

namespace core {

struct app_end {
    bool start_failed = false;
    bool unkillable = false;                // something could not be ended
    std::optional<exit_status> ended_by;    // --exit-on: the end that ended the app
    std::span<exit_status const> all_ended; // every process ended by itself: their last ends
};

// 1 when something failed to start or could not be killed; the code of what ended the app; the
// worst code when all ended by themselves; 0 after a clean stop.
int app_exit_code(app_end const& end);

// What --exit-on says of an end nobody asked for.
enum class exit_on { never, failure, any };
bool ends_app(exit_on when, exit_status const& status);

} // namespace core
