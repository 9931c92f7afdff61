#include "supervisor/os/process_snapshot.hpp"

#include <algorithm>
#include <unistd.h>

namespace os {

process_snapshot::process_snapshot(std::vector<proc_stat> all) : all_(std::move(all))
{
    index_.reserve(all_.size());
    for (std::size_t i = 0; i < all_.size(); ++i)
        index_.emplace(all_[i].pid, i);
}

process_snapshot process_snapshot::take()
{
    process_snapshot snapshot{all_processes()};
    constexpr int tries = 3; // the new parent may have ended too
    for (auto& process : snapshot.all_)
        for (int i = 0; i < tries && process.ppid != 0 && !snapshot.find(process.ppid); ++i)
            if (auto again = read_stat(process.pid);
                again && again->start_time == process.start_time)
                process = std::move(*again);
    return snapshot;
}

proc_stat const* process_snapshot::find(int pid) const
{
    auto const found = index_.find(pid);
    return found == index_.end() ? nullptr : &all_[found->second];
}

std::vector<bool> process_snapshot::descendants_of(int ancestor) const
{
    enum class answer : unsigned char { unknown, no, yes };
    std::vector<answer> known(all_.size(), answer::unknown);
    std::vector<std::size_t> line;
    for (std::size_t i = 0; i < all_.size(); ++i) {
        line.clear();
        answer found = answer::no;
        // The pass over /proc takes time, so a pid may have been reused, and parents may even form
        // a circle. The length of the line is limited for that reason.
        for (std::size_t at = i; line.size() <= all_.size();) {
            if (known[at] != answer::unknown) {
                found = known[at];
                break;
            }
            line.push_back(at);
            int const parent = all_[at].ppid;
            auto const next = index_.find(parent);
            if (parent == ancestor || next == index_.end()) {
                found = parent == ancestor ? answer::yes : answer::no;
                break;
            }
            at = next->second;
        }
        for (auto const at : line)
            known[at] = found;
    }
    std::vector<bool> below(all_.size());
    std::transform(known.begin(), known.end(), below.begin(),
                   [](answer a) { return a == answer::yes; });
    return below;
}

void process_snapshot::spread(owners& owner, std::vector<bool> const& candidates) const
{
    std::unordered_map<int, int> of_session;
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = 0; i < all_.size(); ++i)
            if (owner[i] != nobody && all_[i].session == all_[i].pid)
                of_session.emplace(all_[i].session, owner[i]);
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (owner[i] != nobody || !candidates[i])
                continue;
            auto const parent = index_.find(all_[i].ppid);
            if (parent != index_.end() && owner[parent->second] != nobody)
                owner[i] = owner[parent->second];
            else if (auto const s = of_session.find(all_[i].session); s != of_session.end())
                owner[i] = s->second;
            changed = changed || owner[i] != nobody;
        }
    }
}

} // namespace os
