#include "supervisor/process/tree.hpp"

#include "supervisor/process/services.hpp"
#include "supervisor/process/signal_numbers.hpp"

#include <algorithm>
#include <utility>

namespace procd::process {

tree::tree(services& with, std::string const& name, os::cgroup_leaf leaf,
           std::function<void()> gone)
    : with_(with), procd_id_(new_procd_id(with)), leaf_(std::move(leaf)), gone_(std::move(gone)),
      alive_(std::make_shared<int>(0))
{
    cpu_base_ = leaf_ ? leaf_.cpu_microseconds() : 0;
    oom_base_ = leaf_ && !with_.limits_not_enforced ? leaf_.oom_kills() : 0;
    if (with_.cgroup && !leaf_)
        if (auto made = os::cgroup_leaf::make(*with_.cgroup, name))
            leaf_ = std::move(*made);
}

os::tree_key tree::key() const
{
    return {leaf_ ? &leaf_ : nullptr, procd_id_, leader_, session_};
}

std::string tree::containment() const
{
    return leaf_ ? "the cgroup " + leaf_.path()
                 : "its session and PROCD_ID" +
                       (with_.no_cgroup_reason.empty() ? "" : ": " + with_.no_cgroup_reason);
}

void tree::begin(os::child const& leader)
{
    leader_ = leader.pid;
    session_ = leader.session;
    if (leaf_ && !leader.in_cgroup) {
        leaf_.remove();
        leaf_ = {};
    }
    if (leaf_)
        return; // the guardian finds what is in a cgroup by itself
    with_.guardian.add_session(leader_);
    if (session_ != leader_)
        with_.guardian.add_session(session_, leader_);
    session_noted_ = true;
}

void tree::forget_session()
{
    if (!std::exchange(session_noted_, false))
        return;
    with_.guardian.remove_session(leader_);
    if (session_ != leader_)
        with_.guardian.remove_session(session_);
}

void tree::look(main_process now)
{
    survivors_ = os::tree_members(key(), with_.processes);
    add_moved();
    bool const group_lives = std::any_of(survivors_.begin(), survivors_.end(),
                                         [&](auto const& m) { return m.pgrp == leader_; });
    if (now == main_process::ended && !group_lives)
        end();
    if (survivors_.empty())
        watch_.reset();
    else if (!watch_)
        watch_.emplace(with_.children, gone_);
}

// Somebody may move a process to another cgroup. Once its parent has ended, it is a child of procd.
void tree::add_moved()
{
    any_moved_ = false;
    if (!leaf_)
        return;
    auto const known = [this](int pid) {
        return std::any_of(survivors_.begin(), survivors_.end(),
                           [pid](auto const& m) { return m.pid == pid; });
    };
    auto const orphans = with_.children.orphans_of(leader_, procd_id_);
    if (std::all_of(orphans.begin(), orphans.end(), known))
        return;
    for (auto const& member : os::tree_members({nullptr, procd_id_, leader_}, with_.processes))
        if (!known(member.pid)) {
            survivors_.push_back(member);
            any_moved_ = true;
        }
    if (any_moved_ && was_killed_)
        kill_moved();
}

void tree::kill_moved()
{
    os::kill_tree({nullptr, procd_id_, leader_}, with_.processes);
}

// To remove the leaf is the cheapest way to find out that it is empty.
bool tree::may_be_left(int ended, leaf_use use)
{
    with_.processes.need_after_end(ended);
    bool const in_leaf =
        leaf_ && (use == leaf_use::over ? !leaf_.remove_if_empty() : !leaf_.empty());
    return in_leaf || with_.children.may_have_orphans(ended);
}

void tree::end()
{
    if (leader_ < 0)
        return;
    forget_session();
    leader_ = session_ = -1;
}

std::size_t tree::signal(int number)
{
    if (was_killed_)
        return 0; // the survivors were killed, too
    std::size_t told = 0;
    for (auto const& member : survivors_) {
        if (group_signalled_ && member.pgrp == leader_)
            continue;
        os::signal_member(member, number);
        os::signal_member(member, sigcont);
        ++told;
    }
    if (told > 0)
        with_.processes.drop();
    return told;
}

void tree::kill()
{
    was_killed_ = true;
    auto const wanted = [this, alive = std::weak_ptr(alive_)]() -> std::optional<os::tree_key> {
        return alive.expired() ? std::nullopt : std::optional(key());
    };
    auto const killed = [this, alive = std::weak_ptr(alive_)] {
        if (alive.expired())
            return;
        if (any_moved_)
            kill_moved();
        gone_();
    };
    with_.kills.add({wanted, killed});
}

std::vector<os::tree_member> tree::abandon()
{
    leader_ = session_ = -1;
    leaf_ = {};
    watch_.reset();
    return std::exchange(survivors_, {});
}

std::uint64_t tree::cpu_microseconds() const
{
    return leaf_ ? own_part(leaf_.cpu_microseconds()) : 0;
}

std::uint64_t tree::own_part(std::uint64_t cpu_us) const
{
    return cpu_us - std::min(cpu_us, cpu_base_);
}

std::uint64_t tree::oom_kills() const
{
    auto const counted = leaf_ && !with_.limits_not_enforced ? leaf_.oom_kills() : 0;
    return counted - std::min(counted, oom_base_);
}

// Linux 6.18 kills a process that is cloned into a cgroup whose cgroup.kill was once written.
os::cgroup_leaf tree::release_leaf()
{
    if (was_killed_)
        remove_leaf();
    return std::exchange(leaf_, {});
}

void tree::remove_leaf()
{
    leaf_.remove();
    leaf_ = {};
}

} // namespace procd::process
