// A pass of the reaper. The order matters, because a pid and a group's number may belong to
// somebody else as soon as the child is reaped:
//
//  1. waitid(WNOWAIT) tells of an ended child and leaves it a zombie.
//  2. Its watcher is told. It sweeps what the child left behind, by group, session or /proc.
//  3. The child is reaped.
//  4. When all that had ended are through, whoever has survivors looks whether they are gone.
#include "supervisor/process/reaper.hpp"

#include "supervisor/os/child.hpp"
#include "supervisor/os/proc_fs.hpp"

#include <utility>

namespace procd::process {

reaper::reaper(std::function<void()> strangers_gone)
    : strangers_gone_(std::move(strangers_gone)),
      orphans_([this](int pid) { return watched_.contains(pid); })
{
}

void reaper::watch(int pid, end told)
{
    watched_[pid] = std::move(told);
}

void reaper::forget(int pid)
{
    watched_.erase(pid);
}

void reaper::reap()
{
    bool any_stranger = false;
    while (auto const child = os::peek_ended_child()) {
        auto const found = watched_.find(child->pid);
        if (found == watched_.end()) {
            reap_stranger(child->pid);
            any_stranger = true;
            continue;
        }
        auto const told = found->second; // a copy: the watcher may forget the child
        told(child->status);
        os::reap(child->pid);
        watched_.erase(child->pid);
    }
    orphans_.forget();
    if (!any_stranger)
        return;
    strangers_gone_();
    for (auto at = stranger_watches_.begin(); at != stranger_watches_.end();) {
        auto const told = (*at++)->ended_; // a copy: the watch may go while it is told
        told();
    }
}

// An orphan is a child of procd, so its number is its own until it is reaped, and its environment
// is read once.
reaper::mark const& reaper::mark_of(int orphan)
{
    auto const known = marks_.find(orphan);
    if (known != marks_.end())
        return known->second;
    auto const stat = os::read_stat(orphan);
    mark made{stat ? stat->session : 0, os::environ_value(orphan, "PROCD_ID")};
    return marks_.emplace(orphan, std::move(made)).first->second;
}

std::vector<int> reaper::orphans_of(int session, std::string const& procd_id)
{
    std::vector<int> found;
    for (int const pid : os::own_children()) {
        if (watched_.contains(pid))
            continue;
        auto const& seen = mark_of(pid);
        if (seen.procd_id == procd_id || (session > 0 && seen.session == session))
            found.push_back(pid);
    }
    return found;
}

std::vector<int> reaper::adopted() const
{
    auto children = os::own_children();
    std::erase_if(children,
                  [this](int pid) { return watched_.contains(pid) || spared_.contains(pid); });
    return children;
}

std::vector<int> reaper::not_adopted() const
{
    std::vector<int> pids(spared_.begin(), spared_.end());
    for (auto const& [pid, told] : watched_)
        pids.push_back(pid);
    return pids;
}

void reaper::reap_stranger(int pid)
{
    marks_.erase(pid);
    spared_.erase(pid);
    if (keeps_strangers_) { // while it is not reaped, all of it can be read
        auto const stat = os::read_stat(pid);
        strangers_.push_back({pid, stat ? stat->session : 0, os::cpu_microseconds(pid)});
    }
    os::reap(pid);
}

void reaper::keep_strangers(strangers wish)
{
    keeps_strangers_ = wish == strangers::kept;
    if (!keeps_strangers_)
        strangers_.clear();
}

std::vector<reaper::stranger> reaper::take_strangers()
{
    return std::exchange(strangers_, {});
}

reaper::stranger_watch::stranger_watch(reaper& of, std::function<void()> ended)
    : of_(of), ended_(std::move(ended)),
      place_(of.stranger_watches_.insert(of.stranger_watches_.end(), this))
{
}

reaper::stranger_watch::~stranger_watch()
{
    of_.stranger_watches_.erase(place_);
}

} // namespace procd::process
