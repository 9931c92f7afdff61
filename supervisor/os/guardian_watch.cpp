// The life of the guardian:
//
// 1. withdraw(): it begins a session of its own, ignores all signals, closes all descriptors but
//    its pipe and the cgroup directory, and leaves procd's working directory.
// 2. sleep_until_end(): it reads from the pipe. Nobody writes to it, so the read returns only at
//    the end of the pipe, when procd has closed the other end or has died.
// 3. If procd has set `dismissed` before closing the pipe, the guardian exits.
// 4. end_all(): it kills by both rules of containment, in turn. It repeats until three looks in a
//    row find nothing, because a process that forks and ends without a pause can hide from one
//    look. It gives up after ten seconds.
// 5. It removes the app's cgroup directory, unless that path is another procd's directory by now.
//
// The second rule is kill_remaining(): it takes a snapshot of all processes. It marks those
// that carry a PROCD_ID with the prefix, and those in a session or group from the shared table. It
// adds their descendants, and kills each with its whole group if no other process is in that group.
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

// Closes all descriptors but these two, each of which may be -1.
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

// Separates the guardian from procd's session, signals, descriptors and working directory.
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
        return; // harmless: the guardian only keeps a mount busy
}

// Waits for the end of the pipe, to which nobody ever writes.
void sleep_until_end(int pipe_fd)
{
    char byte = 0;
    while (::read(pipe_fd, &byte, 1) < 0 && errno == EINTR) {
    }
}

// Tells whether a process is in a session or group of the table that still is the one that was
// noted: the leader has the same start time, or it is gone and the process is younger.
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

// Tells whether the process has a PROCD_ID that the dead procd gave out.
bool carries_id(guardian_settings const& settings, int pid)
{
    return !settings.id_prefix.empty() &&
           environ_value(pid, "PROCD_ID").starts_with(settings.id_prefix);
}

// Kills every process that the dead procd has left and that is alive now. Returns how many there
// were.
std::size_t kill_remaining(guard_post const& post)
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
    now.spread(owner, candidates);
    std::vector<int> foreign; // the groups that have a process of somebody else
    for (std::size_t i = 0; i < owner.size(); ++i)
        if (owner[i] == process_snapshot::nobody && now.all()[i].alive())
            foreign.push_back(now.all()[i].pgrp);
    std::size_t alive = 0;
    for (std::size_t i = 0; i < owner.size(); ++i)
        if (owner[i] != process_snapshot::nobody) {
            auto const& stat = now.all()[i];
            bool const shared = std::any_of(foreign.begin(), foreign.end(),
                                            [&](int group) { return group == stat.pgrp; });
            // The group is killed first and as a whole. While the member lives, the number is its
            // group's.
            if (auto const again = read_stat(stat.pid); !shared && stat.pgrp > 1 && again &&
                                                        again->start_time == stat.start_time &&
                                                        again->pgrp == stat.pgrp)
                ::kill(-stat.pgrp, SIGKILL);
            signal_member({stat.pid, stat.pgrp, stat.start_time}, SIGKILL);
            ++alive;
        }
    return alive;
}

// Removes the app's directory, unless a new procd has made another one at the same path.
void remove_directory(std::string const& path, int fd)
{
    struct stat ours {};
    struct stat there {};
    if (::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &there) == 0 &&
        ours.st_ino == there.st_ino && ours.st_dev == there.st_dev)
        remove_cgroup(path);
}

// Kills by both rules, because even with a cgroup a process may have been started outside of it.
void end_all(guard_post const& post)
{
    using clock = std::chrono::steady_clock;
    using namespace std::chrono_literals;
    std::string const cgroup =
        post.cgroup_fd < 0 ? "" : "/proc/self/fd/" + std::to_string(post.cgroup_fd);
    auto const give_up = clock::now() + 10s;
    auto pause = 2ms;
    // A process that forks and ends without a pause may hide from a look, so one look is not
    // enough.
    constexpr int enough = 3;
    for (int empty_looks = 0; empty_looks < enough && clock::now() < give_up;) {
        if (!cgroup.empty())
            kill_cgroup(cgroup);
        std::size_t const alive = kill_remaining(post);
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
