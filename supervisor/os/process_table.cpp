#include "supervisor/os/process_table.hpp"

#include "supervisor/os/child.hpp"

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace os {

descendants::descendants(process_snapshot snapshot, std::vector<bool> below,
                         std::vector<std::string> ids)
    : snapshot_(std::move(snapshot)), ids_(std::move(ids))
{
    auto const& all = snapshot_.all();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!below[i])
            continue;
        if (!ids_[i].empty())
            by_id_[ids_[i]].push_back(i);
        by_parent_[all[i].ppid].push_back(i);
        by_session_[all[i].session].push_back(i);
        by_group_[all[i].pgrp].push_back(i);
    }
}

// First come the processes that can be recognised by themselves. If an environment names another
// process of procd, that counts more than the number of the session or group, which may have been
// reused.
std::unordered_map<std::size_t, std::size_t>
descendants::owners(std::span<tree_mark const> trees) const
{
    std::unordered_map<std::size_t, std::size_t> owner;
    std::vector<std::size_t> found;
    auto const claim = [&](auto const& index, auto const& key, std::size_t tree, auto const& fits) {
        auto const at = index.find(key);
        if (at == index.end())
            return;
        for (auto const i : at->second)
            if (fits(i) && owner.emplace(i, tree).second)
                found.push_back(i);
    };
    auto const any = [](std::size_t) { return true; };
    auto const nameless = [&](std::size_t i) { return ids_[i].empty(); };
    for (std::size_t k = 0; k < trees.size(); ++k)
        if (!trees[k].id.empty())
            claim(by_id_, trees[k].id, k, any);
    for (auto const* index : {&by_session_, &by_group_})
        for (std::size_t k = 0; k < trees.size(); ++k)
            for (int const number : {trees[k].leader, trees[k].session})
                if (number > 0)
                    claim(*index, number, k, nameless);
    for (std::size_t next = 0; next < found.size(); ++next) { // the list grows meanwhile
        auto const& stat = snapshot_.all()[found[next]];
        auto const tree = owner.at(found[next]);
        claim(by_parent_, stat.pid, tree, any);
        claim(by_session_, stat.session, tree, any);
    }
    return owner;
}

process_table::process_table(std::function<void()> taken) : taken_(std::move(taken)) {}

descendants const& process_table::look()
{
    if (known_)
        return *known_;
    ended_.clear();
    for (auto const& child : ended_children())
        ended_.push_back(child.pid);
    std::sort(ended_.begin(), ended_.end());
    auto snapshot = process_snapshot::take();
    auto below = snapshot.descendants_of(::getpid());
    auto ids = ids_of(snapshot, below);
    known_.emplace(std::move(snapshot), std::move(below), std::move(ids));
    taken_();
    return *known_;
}

void process_table::need_after_end(int child)
{
    if (!std::binary_search(ended_.begin(), ended_.end(), child))
        drop();
}

// The address of the environment is another one after an exec, so a child that was seen before its
// exec is read again. What is remembered of processes that are gone is dropped.
std::vector<std::string> process_table::ids_of(process_snapshot const& all,
                                               std::vector<bool> const& below)
{
    std::vector<std::string> ids(all.all().size());
    std::unordered_map<int, read_environment> live;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        auto const& stat = all.all()[i];
        if (!below[i] || !stat.alive())
            continue;
        auto const known = environments_.find(stat.pid);
        auto& now = live[stat.pid];
        if (known != environments_.end() && known->second.start_time == stat.start_time &&
            known->second.address == stat.environment)
            now = std::move(known->second);
        else
            now = {stat.start_time, stat.environment, environ_value(stat.pid, "PROCD_ID")};
        ids[i] = now.id;
    }
    environments_ = std::move(live);
    return ids;
}

} // namespace os
