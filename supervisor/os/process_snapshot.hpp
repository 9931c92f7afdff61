// All processes at one moment, and which of them belong together.
#pragma once

#include "supervisor/os/proc_fs.hpp"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace os {

class process_snapshot {
public:
    static constexpr int nobody = -1;
    // Per process of all(): the number of the tree it belongs to, or nobody.
    using owners = std::vector<int>;

    explicit process_snapshot(std::vector<proc_stat> all);
    // One pass over /proc. A process whose parent ended during the pass is read again, so that its
    // line of descent is whole.
    static process_snapshot take();

    std::vector<proc_stat> const& all() const { return all_; }
    proc_stat const* find(int pid) const;
    // Per process of all(): whether it descends from `ancestor`.
    std::vector<bool> descendants_of(int ancestor) const;
    // Carries ownership on: from a parent to its children, and to all of a session whose creator is
    // owned or (where every candidate is known to descend from procd) of whose members one is. Only
    // those marked in `candidates` are ever given an owner.
    enum class session_rule { any_member, leader_only };
    void spread(owners& owner, std::vector<bool> const& candidates, session_rule rule) const;

private:
    std::vector<proc_stat> all_;
    std::unordered_map<int, std::size_t> index_;
};

} // namespace os
