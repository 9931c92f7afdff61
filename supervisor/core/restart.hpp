// Whether a process that ended starts again, and when.
#pragma once

#include "procfile/config.hpp"
#include "supervisor/core/exit_status.hpp"

#include <chrono>

namespace core {

// The system had too little of something (descriptors, processes, memory). Says nothing against
// the command, so it is tried again whatever the policy, and never counts towards max_restarts.
bool is_shortage(exit_status const& status);

// What the policy says of this end.
bool should_restart(procfile::restart_policy policy, exit_status const& status);

// How long to wait before restart number `attempt` in a row (from 1): first, then initial, doubling
// up to max. A process that never started waits at least a second from its second attempt on, even
// where the settings say 0: a failed launch must not spin.
std::chrono::milliseconds backoff_delay(procfile::backoff_settings const& settings, int attempt,
                                        exit_status const& status);

} // namespace core
