#include "supervisor/os/cpu_reader.hpp"

#include <algorithm>
#include <utility>

namespace os {
namespace {

// Adds up the members from the youngest to the oldest. A child is younger than its parent, so it is
// read before.
tree_cpu sum_of(int leader, std::vector<tree_member> members)
{
    tree_cpu sum;
    std::sort(members.begin(), members.end(),
              [](auto const& a, auto const& b) { return a.start_time > b.start_time; });
    std::uint64_t used = 0;
    for (auto const& member : members) {
        auto const stat = read_stat(member.pid);
        if (!stat || stat->start_time != member.start_time)
            continue;
        used += stat->cpu_microseconds();
        sum.members.push_back(member.pid);
    }
    auto const main = read_stat(leader);
    if (!main)
        return {};
    sum.members.push_back(leader);
    sum.used_us = used + main->cpu_microseconds();
    return sum;
}

} // namespace

std::vector<tree_cpu> read_cpu(std::span<tree_key const> keys, process_table& table)
{
    std::vector<tree_cpu> read(keys.size());
    std::vector<tree_key> by_look;
    std::vector<std::size_t> position;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].leaf != nullptr) {
            read[i].used_us = keys[i].leaf->used_cpu();
        } else if (keys[i].leader > 0) {
            by_look.push_back(keys[i]);
            position.push_back(i);
        }
    }
    auto members =
        by_look.empty() ? std::vector<std::vector<tree_member>>{} : tree_members(by_look, table);
    for (std::size_t i = 0; i < by_look.size(); ++i)
        read[position[i]] = sum_of(by_look[i].leader, std::move(members[i]));
    return read;
}

live_use read_live_use(tree_key const& key, process_table& table)
{
    live_use sum;
    auto const& snapshot = table.look().snapshot();
    auto const add = [&](int pid) {
        if (auto const* const stat = snapshot.find(pid)) {
            sum.cpu_us += stat->cpu_microseconds();
            sum.memory += stat->resident_bytes();
        }
    };
    add(key.leader);
    for (auto const& member : tree_members(key, table))
        add(member.pid);
    return sum;
}

} // namespace os
