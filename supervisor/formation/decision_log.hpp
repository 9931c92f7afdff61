// The lines of this room at --log-level debug: counts, rollouts and the autoscaler's decisions,
// each with its reason.
#pragma once

#include <string>

namespace procd::process {
struct services;
}

namespace procd::formation {

// Writes "formation: web: TEXT" when decisions are shown. The text is short: it is made always.
void log_decision(process::services const& with, std::string const& about, std::string const& text);

} // namespace procd::formation
