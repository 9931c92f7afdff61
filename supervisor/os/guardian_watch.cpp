#include "supervisor/os/guardian_watch.hpp"

#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/containment.hpp"
#include "supervisor/os/process_snapshot.hpp"

#include <algorithm>
#include <chrono>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace os {
namespace {

// Either may be -1.
void close_all_but(int first, int second)
{
    int from = 0;
    for (int const kept : {std::min(first, second), std::max(first, second)})
        if (kept >= 0) {
            if (kept > from)
                ::syscall(SYS_close_range, from, kept - 1, 0U);
            from = kept + 1;
        }
    ::syscall(SYS_close_range, from, ~0U, 0U);
}

void withdraw(guard_post const& post)
{
    ::setsid();
    ::prctl(PR_SET_NAME, "procd-guardian", 0, 0, 0);
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    for (int number = 1; number < NSIG; ++number)
        ::sigaction(number, &ignore, nullptr);
    close_all_but(post.pipe_fd, post.cgroup_fd);
    if (::chdir("/") != 0)
        return; // we only keep a mount busy
}

// Nobody ever writes to it.
void sleep_until_end(int pipe_fd)
{
    char byte = 0;
    while (::read(pipe_fd, &byte, 1) < 0 && errno == EINTR) {
    }
}

// Sessions of the table that are still what they were: the leader has its start time, or is gone
// while others of its session live on.
bool noted(session_table const& sessions, process_snapshot const& now, proc_stat const& stat)
{
    for (auto const& slot : sessions.entries) {
        int const pid = slot.pid.load(std::memory_order_acquire);
        if (pid == 0 || (pid != stat.session && pid != stat.pgrp))
            continue;
        auto const* const leader = now.find(pid);
        if (leader != nullptr ? leader->start_time == slot.start_time
                              : stat.start_time >= slot.start_time)
            return true;
    }
    return false;
}

bool carries_id(guardian_settings const& settings, int pid)
{
    return !settings.id_prefix.empty() &&
           environ_value(pid, "PROCD_ID").starts_with(settings.id_prefix);
}

// KILL to everything of the dead procd that is alive now. Returns how many there were.
std::size_t kill_what_is_there(guard_post const& post)
{
    auto const now = process_snapshot::take();
    process_snapshot::owners owner(now.all().size(), process_snapshot::nobody);
    std::vector<bool> candidates(owner.size());
    int const self = ::getpid();
    for (std::size_t i = 0; i < owner.size(); ++i) {
        auto const& stat = now.all()[i];
        candidates[i] = stat.pid != self && stat.pid != 1 && stat.alive();
        if (candidates[i] &&
            (noted(post.sessions, now, stat) || carries_id(post.settings, stat.pid)))
            owner[i] = 0;
    }
    now.spread(owner, candidates, process_snapshot::session_rule::leader_only);
    std::vector<int> foreign; // groups with a process that is none of ours
    for (std::size_t i = 0; i < owner.size(); ++i)
        if (owner[i] == process_snapshot::nobody && now.all()[i].alive())
            foreign.push_back(now.all()[i].pgrp);
    std::size_t alive = 0;
    for (std::size_t i = 0; i < owner.size(); ++i)
        if (owner[i] != process_snapshot::nobody) {
            auto const& stat = now.all()[i];
            bool const shared = std::any_of(foreign.begin(), foreign.end(),
                                            [&](int group) { return group == stat.pgrp; });
            // The group first and whole; while the member lives its number is the group's.
            if (auto const again = read_stat(stat.pid); !shared && stat.pgrp > 1 && again &&
                                                        again->start_time == stat.start_time &&
                                                        again->pgrp == stat.pgrp)
                ::kill(-stat.pgrp, SIGKILL);
            signal_member({stat.pid, stat.pgrp, stat.start_time}, SIGKILL);
            ++alive;
        }
    return alive;
}

// The app's directory goes too, unless a new procd has already made it again.
void remove_directory(std::string const& path, int fd)
{
    struct stat ours {};
    struct stat there {};
    if (::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &there) == 0 &&
        ours.st_ino == there.st_ino && ours.st_dev == there.st_dev)
        remove_cgroup(path);
}

// By both rules: where there is a cgroup, a process may still have been started outside it.
void end_all(guard_post const& post)
{
    using clock = std::chrono::steady_clock;
    using namespace std::chrono_literals;
    std::string const cgroup =
        post.cgroup_fd < 0 ? "" : "/proc/self/fd/" + std::to_string(post.cgroup_fd);
    auto const give_up = clock::now() + 10s;
    auto pause = 2ms;
    // One that forks and ends without a pause may hide from a look.
    constexpr int enough = 3;
    for (int empty_looks = 0; empty_looks < enough && clock::now() < give_up;) {
        if (!cgroup.empty())
            kill_cgroup(cgroup);
        std::size_t const alive = kill_what_is_there(post);
        bool const empty = alive == 0 && (cgroup.empty() || !cgroup_populated(cgroup));
        empty_looks = empty ? empty_looks + 1 : 0;
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, 20ms);
    }
    if (!cgroup.empty())
        remove_directory(post.settings.cgroup_path, post.cgroup_fd);
}

} // namespace

void stand_guard(guard_post const& post)
{
    withdraw(post);
    sleep_until_end(post.pipe_fd);
    if (!post.sessions.dismissed.load())
        end_all(post);
    ::_exit(0);
}

} // namespace os
