// Tells whether and when a process that ended starts again.
#pragma once

#include "procfile/config.hpp"
#include "supervisor/core/exit_status.hpp"

#include <chrono>
#include <string>

namespace core {

// True if the launch failed because the system was short of something: descriptors, processes,
// memory, terminals or places in an event loop. Such a failure says nothing about the command.
// procd tries again whatever the policy is, and the failure never leads to `crashed`.
bool is_shortage(exit_status const& status);

// Tells whether the policy asks for a restart after this end.
bool should_restart(procfile::restart_policy policy, exit_status const& status);

// The delay before restart number `attempt` in a row (from 1): `first`, then `initial`, which
// doubles up to `max`. When the command could not be launched, the delay is at least a second from
// the second attempt on, whatever the settings say, so that failing launches do not take all the
// CPU.
std::chrono::milliseconds backoff_delay(procfile::backoff_settings const& settings, int attempt,
                                        exit_status const& status);

// procd's words for a process that has used up its `max_restarts` restarts.
std::string gave_up_text(int max_restarts, std::string const& name);

} // namespace core
