// The lines of this room at --log-level debug: each decision about a process, with its reason.
#pragma once

#include "supervisor/core/lifecycle.hpp"
#include "supervisor/core/probe.hpp"

#include <cstdint>
#include <string>

namespace procd::process {

struct services;

// Writes "process: web.2: TEXT". Ask services::hub.shows_decisions() before the text is made.
void log_decision(services const& with, std::string const& about, std::string const& text);

// Why the lifecycle wants this action, from what it has seen. `found` is what the probe that made
// the process unhealthy has found.
std::string reason_of(core::action const& next, core::observation const& seen,
                      std::uint64_t settled_generation, std::string const& found);
// "state backoff, restart 3, next attempt in 4s".
std::string text_of(core::lifecycle_status const& status, core::time_point now);
// "liveness probe: failure (connection refused); verdict failure, the process is to be replaced".
std::string text_of(core::probe_kind kind, core::probe_result result, std::string const& found,
                    core::health const& health);

} // namespace procd::process
