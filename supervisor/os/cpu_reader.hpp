// The CPU time that each tree has used since its start, for the autoscaler, and what its processes
// use now, for listings.
#pragma once

#include "supervisor/os/containment.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace os {

// The reading of one tree.
struct tree_cpu {
    // Microseconds; nothing when it cannot be read. The cgroup's number (cpu.stat, which does not
    // need the cpu controller) is exact. Without a cgroup it is the time of the live processes and
    // of the dead children that they have reaped.
    std::optional<std::uint64_t> used_us;
    // Without a cgroup: the processes that were read, the leader among them.
    std::vector<int> members;
};

// Reads all trees. Trees without a leaf share one pass over /proc. Children are read before their
// parents, so a process that ends in between is counted twice rather than not at all. The caller
// keeps the highest reading, so that the sum never goes down.
std::vector<tree_cpu> read_cpu(std::span<tree_key const> keys, process_table& table);

// The CPU time and memory of the live processes of a tree.
struct live_use {
    std::uint64_t cpu_us = 0; // with the dead children that they have reaped
    std::uint64_t memory = 0; // resident bytes
};
// Adds up a tree with its leader, as the snapshot of the table has it.
live_use read_live_use(tree_key const& key, process_table& table);

} // namespace os
