// A snapshot of all processes, and which of them belong together.
#pragma once

#include "supervisor/os/proc_fs.hpp"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace os {

// All processes at nearly one moment.
class process_snapshot {
public:
    static constexpr int nobody = -1;
    // For each process of all(): the number of the tree to which it belongs, or `nobody`.
    using owners = std::vector<int>;

    // A snapshot of these processes.
    explicit process_snapshot(std::vector<proc_stat> all);
    // Takes a snapshot by one pass over /proc. If a process's parent ended during the pass, the
    // process is read again, so that its line of ancestors is complete.
    static process_snapshot take();

    std::vector<proc_stat> const& all() const { return all_; }
    // The process with this pid, or null.
    proc_stat const* find(int pid) const;
    // For each process of all(): whether it descends from `ancestor`.
    std::vector<bool> descendants_of(int ancestor) const;
    // Extends ownership from parents to their children, and from leaders to their sessions, until
    // nothing changes. Only processes marked in `candidates` are given an owner.
    void spread(owners& owner, std::vector<bool> const& candidates) const;

private:
    std::vector<proc_stat> all_;
    std::unordered_map<int, std::size_t> index_;
};

} // namespace os
