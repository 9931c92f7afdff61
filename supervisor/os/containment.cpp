// How a tree is killed without missing a process that forks meanwhile:
//
// By cgroup (kill_leaf): the kernel kills every process that it finds in one walk over the leaf. A
// process that forks and ends between two steps of that walk can leave a child behind. So procd
// repeats until the leaf is empty, or until a look finds only processes that it has seen before.
//
// By /proc (kill_by_look): each look takes a new snapshot of all processes and finds the members of
// the trees. The group of the main process is killed first, as a whole. Then every member that is
// new gets SIGKILL, and its group too, if all of the group belongs to the trees. After SIGKILL a
// process cannot fork, so when a look finds nothing new, nothing new can appear. A member that is
// already a zombie counts as new, because it may have forked during the look.
#include "supervisor/os/containment.hpp"

#include <algorithm>
#include <set>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>

namespace os {
namespace {

using members = std::vector<tree_member>;

tree_member member_of(proc_stat const& stat)
{
    return {stat.pid, stat.pgrp, stat.start_time};
}

// Tells whether a leader lives outside of its leaf, because it could not be started in it. The leaf
// then says nothing about its tree.
bool is_outside(tree_key const& key)
{
    if (key.leaf == nullptr || key.leader <= 0 || !key.leaf->empty())
        return false;
    auto const leader = read_stat(key.leader);
    return leader && leader->alive();
}

// The live processes of a leaf. A process that forks and ends without a pause can hide from the
// list in cgroup.procs, but not from `populated`. So procd looks again while the leaf is populated
// and the list is empty. The number of looks is limited, because newer kernels (6.19) reset
// `populated` only some time after the last process has ended.
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

// The members of several trees in one snapshot.
class look_around {
public:
    look_around(std::span<tree_key const> keys, process_table& table)
        : seen_(table.look()), trees_(keys.size()), owner_(seen_.owners(marks(keys)))
    {
    }

    enum class zombies { left_out, included };
    // The members of each tree with its leader, oldest pid first.
    std::vector<members> found(zombies wish = zombies::left_out) const
    {
        std::vector<members> of_key(trees_);
        for (auto const& [i, tree] : owner_)
            if (auto const& stat = all()[i]; wish == zombies::included || stat.alive())
                of_key[tree].push_back(member_of(stat));
        for (auto& tree : of_key)
            std::sort(tree.begin(), tree.end(),
                      [](auto const& a, auto const& b) { return a.pid < b.pid; });
        return of_key;
    }

    // Tells whether the leader is a child of procd that has not been reaped. In that case its pid
    // and the number of its group cannot have been reused.
    bool is_our_child(int leader) const
    {
        auto const* const stat = seen_.snapshot().find(leader);
        return stat != nullptr && stat->ppid == ::getpid();
    }

    // The groups of the members in which every live process belongs to one of the trees. A group
    // of zombies counts: a child that was forked during the look may live in it.
    std::set<int> own_groups() const
    {
        std::set<int> own, shared{::getpgrp()};
        for (std::size_t i = 0; i < all().size(); ++i)
            if (owner_.contains(i))
                own.insert(all()[i].pgrp);
            else if (all()[i].alive())
                shared.insert(all()[i].pgrp);
        std::erase_if(own, [&](int group) { return group <= 1 || shared.contains(group); });
        return own;
    }

private:
    static std::vector<tree_mark> marks(std::span<tree_key const> keys)
    {
        std::vector<tree_mark> made;
        made.reserve(keys.size());
        for (auto const& key : keys)
            made.push_back({key.id, key.leader, key.session});
        return made;
    }
    std::vector<proc_stat> const& all() const { return seen_.snapshot().all(); }

    descendants const& seen_;
    std::size_t trees_;
    std::unordered_map<std::size_t, std::size_t> owner_;
};

// Kills the whole group of a member at once, so that a process which forks and ends without a pause
// cannot escape. Only groups that belong entirely to the trees are killed. The member has to exist
// still, alive or as a zombie, because as long as it does the number of the group cannot be reused.
void kill_group_of(tree_member const& member, std::set<int> const& own_groups)
{
    if (!own_groups.contains(member.pgrp))
        return;
    if (auto const now = read_stat(member.pid);
        now && now->start_time == member.start_time && now->pgrp == member.pgrp)
        ::kill(-member.pgrp, SIGKILL);
}

// Kills by looking at /proc, as the top of this file tells. Returns the members that belong to
// another user.
members kill_by_look(std::span<tree_key const> keys, process_table& table)
{
    constexpr int most_looks = 100; // a fork bomb may need more; the caller comes again
    std::set<std::pair<int, std::uint64_t>> seen;
    members refused;
    for (int look = 0; look < most_looks; ++look) {
        table.drop(); // a snapshot from before a signal proves nothing
        look_around const around{keys, table};
        auto const own_groups = around.own_groups();
        // The leaders' groups come first, each as a whole, so that a fork in them cannot escape.
        for (auto const& key : keys)
            if (look == 0 && key.leader > 0 && around.is_our_child(key.leader))
                ::kill(-key.leader, SIGKILL);
        bool any_new = false;
        for (auto const& tree : around.found(look_around::zombies::included))
            for (auto const& member : tree)
                if (seen.emplace(member.pid, member.start_time).second) {
                    any_new = true;
                    if (signal_member(member, SIGKILL) == error_of(EPERM))
                        refused.push_back(member);
                    kill_group_of(member, own_groups);
                }
        if (!any_new)
            break;
    }
    table.drop();
    return refused;
}

// Kills by the cgroup, as the top of this file tells.
error_code kill_leaf(cgroup_leaf const& leaf)
{
    constexpr int most_looks = 100; // processes that stay may be stuck in the kernel
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

std::vector<tree_member> tree_members(tree_key const& key, process_table& table)
{
    return std::move(tree_members(std::span{&key, 1}, table).front());
}

std::vector<std::vector<tree_member>> tree_members(std::span<tree_key const> keys,
                                                   process_table& table)
{
    std::vector<members> found(keys.size());
    std::vector<tree_key> by_look;
    std::vector<std::size_t> position;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].leaf != nullptr && !is_outside(keys[i])) {
            found[i] = leaf_members(*keys[i].leaf);
        } else {
            by_look.push_back(keys[i]);
            position.push_back(i);
        }
    }
    if (!by_look.empty()) {
        auto looked = look_around{by_look, table}.found();
        for (std::size_t i = 0; i < position.size(); ++i)
            found[position[i]] = std::move(looked[i]);
    }
    for (std::size_t i = 0; i < keys.size(); ++i)
        std::erase_if(found[i], [&](tree_member const& m) { return m.pid == keys[i].leader; });
    return found;
}

std::vector<tree_member> own_descendants(std::span<int const> without)
{
    auto const snapshot = process_snapshot::take();
    auto left = snapshot.descendants_of(::getpid());
    for (int const pid : without) {
        auto const below = snapshot.descendants_of(pid);
        for (std::size_t i = 0; i < left.size(); ++i)
            left[i] = left[i] && !below[i] && snapshot.all()[i].pid != pid;
    }
    members found;
    for (std::size_t i = 0; i < left.size(); ++i)
        if (left[i] && snapshot.all()[i].alive())
            found.push_back(member_of(snapshot.all()[i]));
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
    // The start time is compared after pidfd_open: if it is right now, the pidfd belongs to the
    // member for good.
    auto const stat = read_stat(member.pid);
    if (!stat)
        return stat.error();
    if (stat->start_time != member.start_time)
        return error_of(ESRCH);
    long const sent = process ? ::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0)
                              : ::kill(member.pid, number);
    return sent == 0 ? error_code{} : last_error();
}

std::vector<tree_member> kill_tree(tree_key const& key, process_table& table)
{
    return kill_trees(std::span{&key, 1}, table);
}

std::vector<tree_member> kill_trees(std::span<tree_key const> keys, process_table& table)
{
    std::vector<tree_key> by_look;
    for (auto const& key : keys)
        if (key.leaf == nullptr || is_outside(key) || (kill_leaf(*key.leaf) && !key.leaf->empty()))
            by_look.push_back({nullptr, key.id, key.leader, key.session});
    return by_look.empty() ? members{} : kill_by_look(by_look, table);
}

} // namespace os
