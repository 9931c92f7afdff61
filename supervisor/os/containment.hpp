// Everything a process ever started that is still alive: found, signalled and killed by one of two
// rules. A cgroup v2 leaf knows exactly; without one it is the process's group and session, every
// process whose environment carries its PROCD_ID, and their descendants (procd is a child
// subreaper, so orphans come to it).
#pragma once

#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/proc_fs.hpp"

#include <span>
#include <string>
#include <vector>

namespace os {

struct tree_key {
    cgroup_leaf const* leaf = nullptr; // the first rule, when there is one
    std::string id;                    // PROCD_ID, the second rule
    int leader = -1;                   // pid of the main process = its group and session
};

struct tree_member {
    int pid = 0;
    int pgrp = 0;
    std::uint64_t start_time = 0;
};

// Live members of the tree except its leader. Never procd itself, nor anything whose start time
// says the pid was reused.
std::vector<tree_member> tree_members(tree_key const& key);

// The same for several trees with one pass over /proc (second rule) — used when many processes end
// at once.
std::vector<std::vector<tree_member>> tree_members(std::span<tree_key const> keys);

// Sends a signal to one member through a pidfd after checking that it is still that process.
error_code signal_member(tree_member const& member, int number);

// KILL to the whole tree, leader included, repeated until a look finds no more newly forked members
// (bounded). Returns what could not be signalled (another user's). What is in D state simply stays
// alive and is seen by the next look.
std::vector<tree_member> kill_tree(tree_key const& key);
// The same for several trees with the looks shared: many stubborn ones cost as much as one.
std::vector<tree_member> kill_trees(std::span<tree_key const> keys);

} // namespace os
