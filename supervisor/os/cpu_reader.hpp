// How much CPU time each tree has used since its start: cumulative, for the autoscaler.
#pragma once

#include "supervisor/os/containment.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace os {

struct tree_cpu {
    // Microseconds, of the living and of the dead that somebody in the tree has waited for; nothing
    // when it cannot be read. By cgroup (cpu.stat, which is there without the cpu controller as
    // well) it is exact, of all dead.
    std::optional<std::uint64_t> used_us;
    std::vector<int> members; // second rule: whose CPU it is, the leader's too
};

// One reading of each; those without a leaf share one pass over /proc. Children are read before
// their parents, so that what ends in between is counted twice rather than not at all: the caller
// keeps the maximum.
std::vector<tree_cpu> read_cpu(std::span<tree_key const> keys);

} // namespace os
