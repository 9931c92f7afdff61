// Everything that one start of a process has alive beside its main process: found, signalled and
// killed by the cgroup leaf of that start, or without one by its session and PROCD_ID. Where there
// is a leaf, orphans that somebody has moved to another cgroup are found by their PROCD_ID, too.
#pragma once

#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/containment.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/process/reaper.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::process {

struct services;

class tree {
public:
    // Takes over the leaf of the incarnation before, or makes one where there is a cgroup. `gone`
    // is called when survivors may have ended.
    tree(services& with, std::string const& name, os::cgroup_leaf leaf, std::function<void()> gone);

    std::string const& procd_id() const { return procd_id_; }
    os::cgroup_leaf const& leaf() const { return leaf_; }
    os::tree_key key() const;
    // "the cgroup /sys/fs/…", or how it is known without one; for people.
    std::string containment() const;

    // The main process runs. When it could not be started in the leaf, the leaf is removed: it
    // would hide the tree.
    void begin(os::child const& leader);

    // A look at what lives, while the main process does; and after its end, when the group's number
    // counts as its own only as long as a survivor is in it.
    enum class main_process { lives, ended };
    void look(main_process now);
    bool any() const { return !survivors_.empty(); }
    // `over`: the leaf is not needed any more.
    enum class leaf_use { over, goes_on };
    // True when the main process, which has ended and is not reaped, may have left anything.
    bool may_be_left(int ended, leaf_use use);
    // Nothing is left of it: the group's number may be somebody else's.
    void end();

    // The stop signal to each survivor, then CONT; those that had it with their group are spared.
    // Returns how many processes got the signal.
    std::size_t signal(int number);
    void group_was_signalled() { group_signalled_ = true; }
    bool was_killed() const { return was_killed_; }
    // KILL to all of it, the main process included, at the end of this round of the loop. `gone` is
    // called after that.
    void kill();
    // The processes that could not be killed. They are nobody's from now on.
    std::vector<os::tree_member> abandon();

    // The CPU time that the kernel has counted in the leaf for this start; 0 without a leaf.
    std::uint64_t cpu_microseconds() const;
    // Of a reading of the leaf, the part that this start has used.
    std::uint64_t own_part(std::uint64_t cpu_us) const;
    std::uint64_t oom_kills() const;

    // For the next start; empty when the leaf cannot be used again.
    os::cgroup_leaf release_leaf();
    void remove_leaf();

private:
    void forget_session();
    void add_moved();
    void kill_moved();

    services& with_;
    std::string procd_id_;
    os::cgroup_leaf leaf_;
    std::function<void()> gone_;
    int leader_ = -1;  // pid of the main process and number of its group, until the tree is gone
    int session_ = -1; // its session: the same number, or another one where it does not lead it
    std::vector<os::tree_member> survivors_;
    std::optional<reaper::stranger_watch> watch_; // while there are survivors
    bool any_moved_ = false;                      // some of the survivors are not in the leaf
    bool group_signalled_ = false;
    bool was_killed_ = false;
    bool session_noted_ = false; // the guardian knows of the leader
    std::uint64_t cpu_base_ = 0; // what the leaf had counted of earlier incarnations
    std::uint64_t oom_base_ = 0; // likewise
    std::shared_ptr<int> alive_; // an order to kill that outlives the tree sees that it is gone
};

} // namespace procd::process
