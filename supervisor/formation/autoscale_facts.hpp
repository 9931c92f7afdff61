// The processes of a type as the autoscaler sees them: their states and their CPU use.
#pragma once

#include "supervisor/core/autoscale.hpp"

#include <chrono>
#include <vector>

namespace procd::process {
struct services;
}

namespace procd::formation {

struct type;

// Reads the CPU use of all processes of these types in one pass, and notes it with each.
void sample_cpu(process::services& with, std::vector<type const*> const& types,
                std::chrono::milliseconds window);
// The processes of the type as they enter a decision, with the CPU use of the last window.
std::vector<core::autoscale::process> processes_of(type const& of,
                                                   std::chrono::milliseconds window);

} // namespace procd::formation
