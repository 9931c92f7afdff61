// Finds, signals and kills all processes that a supervised process has started. There are two
// rules. With a cgroup v2 leaf, the kernel knows the members exactly. Without one, a tree consists
// of the main process's group and session, every process whose environment has its PROCD_ID, and
// their descendants. procd is a child subreaper, so orphans become its children and stay
// descendants.
#pragma once

#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/process_table.hpp"

#include <span>
#include <string>
#include <vector>

namespace os {

// Identifies one tree.
struct tree_key {
    cgroup_leaf const* leaf = nullptr; // for the first rule; null means that there is none
    std::string id;                    // the value of PROCD_ID, for the second rule
    int leader = -1;  // the pid of the main process, which is also its group and session
    int session = -1; // the session, if the main process does not lead it
};

// One process of a tree. The start time tells it from a later process with the same pid.
struct tree_member {
    int pid = 0;
    int pgrp = 0;
    std::uint64_t start_time = 0;
};

// The live members of each tree without its leader. procd itself is never among them. Trees of the
// second rule are looked up in the table, so many of them cost one pass over /proc.
std::vector<std::vector<tree_member>> tree_members(std::span<tree_key const> keys,
                                                   process_table& table);
// The same for one tree.
std::vector<tree_member> tree_members(tree_key const& key, process_table& table);

// The live descendants of this process, but for these pids and their descendants. One pass over
// /proc.
std::vector<tree_member> own_descendants(std::span<int const> without);

// Sends a signal to a member, through a pidfd where possible, after checking that the pid still
// belongs to it. ESRCH when it does not.
error_code signal_member(tree_member const& member, int number);

// Sends SIGKILL to whole trees with their leaders. It looks again until a look finds no new
// members, up to a limit. All trees share each look, so many stubborn trees cost as much as one.
// Returns the members that may not be signalled, because they belong to another user. A process
// that is stuck in the kernel (state D) stays alive, and the next call finds it again.
std::vector<tree_member> kill_trees(std::span<tree_key const> keys, process_table& table);
// The same for one tree.
std::vector<tree_member> kill_tree(tree_key const& key, process_table& table);

} // namespace os
