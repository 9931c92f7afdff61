#include "supervisor/os/containment.hpp"

#include "supervisor/os/process_snapshot.hpp"

#include <algorithm>
#include <set>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unordered_map>

namespace os {
namespace {

using members = std::vector<tree_member>;

tree_member member_of(proc_stat const& stat)
{
    return {stat.pid, stat.pgrp, stat.start_time};
}

// A leader that could not be started in its leaf: the leaf says nothing about its tree.
bool is_outside(tree_key const& key)
{
    if (key.leaf == nullptr || key.leader <= 0 || !key.leaf->empty())
        return false;
    auto const leader = read_stat(key.leader);
    return leader && leader->alive();
}

// The kernel's list can miss what forks and ends all the time, `populated` cannot; but newer
// kernels (6.19) reset that only some time after the last one has ended. Hence a bound.
members leaf_members(cgroup_leaf const& leaf)
{
    constexpr int most_looks = 50;
    members found;
    for (int look = 0; look < most_looks && found.empty() && !(look > 0 && leaf.empty()); ++look)
        for (int const pid : leaf.members())
            if (auto const stat = pid > 0 ? read_stat(pid) : error_of(ESRCH); stat && stat->alive())
                found.push_back(member_of(*stat));
    return found;
}

// The second rule's view: one pass over /proc, with every descendant of procd given to the tree it
// belongs to. Processes that are no descendants are never looked at closer: whatever a process
// started is one, because orphans come to procd.
class look_around {
public:
    explicit look_around(std::span<tree_key const> keys)
        : keys_(keys), snapshot_(process_snapshot::take()),
          owner_(snapshot_.all().size(), process_snapshot::nobody)
    {
        auto const below = snapshot_.descendants_of(::getpid());
        seed(below);
        snapshot_.spread(owner_, below, process_snapshot::session_rule::any_member);
    }

    // Members by key, leaders included; with the dead that nobody has reaped, or without.
    std::vector<members> found(bool dead_too = false) const
    {
        std::vector<members> of_key(keys_.size());
        for (std::size_t i = 0; i < owner_.size(); ++i)
            if (auto const& stat = snapshot_.all()[i];
                owner_[i] != process_snapshot::nobody && (dead_too || stat.alive()))
                of_key[static_cast<std::size_t>(owner_[i])].push_back(member_of(stat));
        return of_key;
    }

    // Whether the leader is a child of ours that nobody has reaped: then its pid and its group's
    // number cannot mean anybody else.
    bool is_our_child(int leader) const
    {
        auto const* const stat = snapshot_.find(leader);
        return stat != nullptr && stat->ppid == ::getpid();
    }

    // Whether every process of a group belongs to one of the trees.
    bool owns_group(int pgrp) const
    {
        for (std::size_t i = 0; i < owner_.size(); ++i)
            if (snapshot_.all()[i].pgrp == pgrp && snapshot_.all()[i].alive() &&
                owner_[i] == process_snapshot::nobody)
                return false;
        return pgrp != ::getpgrp();
    }

private:
    // Those who say so themselves, by their environment or by being in the leader's session or
    // group. An environment that names somebody else wins over the session's number, which may have
    // been used again.
    void seed(std::vector<bool> const& below)
    {
        std::unordered_map<std::string, int> by_id;
        std::unordered_map<int, int> by_leader;
        for (std::size_t k = 0; k < keys_.size(); ++k) {
            if (!keys_[k].id.empty())
                by_id.emplace(keys_[k].id, static_cast<int>(k));
            if (keys_[k].leader > 0)
                by_leader.emplace(keys_[k].leader, static_cast<int>(k));
        }
        for (std::size_t i = 0; i < owner_.size(); ++i) {
            auto const& stat = snapshot_.all()[i];
            if (!below[i])
                continue;
            std::string const id = stat.alive() ? environ_value(stat.pid, "PROCD_ID") : "";
            if (auto const k = by_id.find(id); k != by_id.end())
                owner_[i] = k->second;
            else if (!id.empty())
                continue;
            else if (auto const s = by_leader.find(stat.session); s != by_leader.end())
                owner_[i] = s->second;
            else if (auto const g = by_leader.find(stat.pgrp); g != by_leader.end())
                owner_[i] = g->second;
        }
    }

    std::span<tree_key const> keys_;
    process_snapshot snapshot_;
    process_snapshot::owners owner_;
};

// All of a member's group at once, so that none that forks and ends without a pause slips through.
// Only where everything of that group is in our trees, and the member, which holds the group's
// number, is still there: alive, or a zombie that waits for us.
void kill_group_of(tree_member const& member, look_around const& around)
{
    if (member.pgrp <= 1 || !around.owns_group(member.pgrp))
        return;
    if (auto const now = read_stat(member.pid);
        now && now->start_time == member.start_time && now->pgrp == member.pgrp)
        ::kill(-member.pgrp, SIGKILL);
}

// One KILL after the other to what is newly found, until a look finds nothing new: what was
// signalled cannot fork any more, so nothing can appear after that. One that is newly found dead
// counts: it may have forked while the look went on.
members kill_by_look(std::span<tree_key const> keys)
{
    constexpr int most_looks = 100; // against a fork bomb; the caller comes again
    std::set<std::pair<int, std::uint64_t>> seen;
    members refused;
    for (int look = 0; look < most_looks; ++look) {
        look_around const around{keys};
        // A whole group at once first: no fork slips through.
        for (auto const& key : keys)
            if (look == 0 && key.leader > 0 && around.is_our_child(key.leader))
                ::kill(-key.leader, SIGKILL);
        bool any_new = false;
        for (auto const& tree : around.found(true))
            for (auto const& member : tree)
                if (seen.emplace(member.pid, member.start_time).second) {
                    any_new = true;
                    if (signal_member(member, SIGKILL) == error_of(EPERM))
                        refused.push_back(member);
                    kill_group_of(member, around);
                }
        if (!any_new)
            break;
    }
    return refused;
}

// The kernel kills what it finds in one walk. A task that forks and ends between two of its steps
// can leave a child behind unseen. So again, until only those are there that have been seen, and
// after that signalled, before.
error_code kill_leaf(cgroup_leaf const& leaf)
{
    constexpr int most_looks = 100; // those seen may be stuck in the kernel
    std::set<std::pair<int, std::uint64_t>> seen;
    for (int look = 0; look < most_looks; ++look) {
        if (auto const ec = leaf.kill())
            return ec;
        if (leaf.empty())
            break;
        bool any_new = false;
        for (auto const& member : leaf_members(leaf))
            any_new = seen.emplace(member.pid, member.start_time).second || any_new;
        if (!any_new)
            break;
    }
    return {};
}

} // namespace

std::vector<tree_member> tree_members(tree_key const& key)
{
    return std::move(tree_members(std::span{&key, 1}).front());
}

std::vector<std::vector<tree_member>> tree_members(std::span<tree_key const> keys)
{
    std::vector<members> found(keys.size());
    std::vector<tree_key> by_id;
    std::vector<std::size_t> position;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].leaf != nullptr && !is_outside(keys[i])) {
            found[i] = leaf_members(*keys[i].leaf);
        } else {
            by_id.push_back(keys[i]);
            position.push_back(i);
        }
    }
    if (!by_id.empty()) {
        auto looked = look_around{by_id}.found();
        for (std::size_t i = 0; i < position.size(); ++i)
            found[position[i]] = std::move(looked[i]);
    }
    for (std::size_t i = 0; i < keys.size(); ++i)
        std::erase_if(found[i], [&](tree_member const& m) { return m.pid == keys[i].leader; });
    return found;
}

error_code signal_member(tree_member const& member, int number)
{
#ifdef SYS_pidfd_open
    unique_fd const process{static_cast<int>(::syscall(SYS_pidfd_open, member.pid, 0))};
    if (!process && errno != ENOSYS && errno != EMFILE && errno != ENFILE)
        return last_error();
#else
    unique_fd const process;
#endif
    // Only now: what the pid means from here on, the descriptor means for good.
    auto const stat = read_stat(member.pid);
    if (!stat)
        return stat.error();
    if (stat->start_time != member.start_time)
        return error_of(ESRCH);
    long const sent = process ? ::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0)
                              : ::kill(member.pid, number);
    return sent == 0 ? error_code{} : last_error();
}

std::vector<tree_member> kill_tree(tree_key const& key)
{
    return kill_trees(std::span{&key, 1});
}

std::vector<tree_member> kill_trees(std::span<tree_key const> keys)
{
    std::vector<tree_key> by_look;
    for (auto const& key : keys)
        if (key.leaf == nullptr || is_outside(key) || (kill_leaf(*key.leaf) && !key.leaf->empty()))
            by_look.push_back({nullptr, key.id, key.leader});
    return by_look.empty() ? members{} : kill_by_look(by_look);
}

} // namespace os
