// How a daemon/process comes to its end: signals, KILL, and what is still there of its tree.
#include "supervisor/os/child.hpp"
#include "supervisor/os/proc_fs.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/process/exec_session.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/process/slot.hpp"

#include <algorithm>
#include <utility>

namespace procd::process {

using clock = std::chrono::steady_clock;

namespace {

constexpr int sigcont = 18;

} // namespace

void slot::signal_group(int number)
{
    end_was_asked_ = wanted_ != core::target::up || generation_ != life_generation_;
    prober_.reset(); // out of traffic, and no longer looked at
    group_signalled_ = true;
    if (os::send_signal(-pid_, number)) // before its setsid the group does not exist yet
        os::send_signal(pid_, number);
    else
        os::send_signal(-pid_, sigcont);
}

// Those in the group have had the stop signal already when the group was told.
void slot::signal_survivors(int number)
{
    if (tree_was_killed_) // so were they
        return;
    std::size_t left = 0; // those that had the stop signal with their group are about to end
    for (auto const& member : survivors_) {
        if (group_signalled_ && member.pgrp == leader_)
            continue;
        os::signal_member(member, number);
        os::signal_member(member, sigcont);
        ++left;
    }
    if (left > 0)
        with_.hub.message(*source_, "left " + std::to_string(left) +
                                        (left == 1 ? " process" : " processes") + " behind");
}

void slot::kill_tree()
{
    if (!std::exchange(tree_was_killed_, true)) { // it is repeated until nothing is left
        if (!with_.hurried)
            with_.hub.message(*source_, "did not end in time: SIGKILL to all of it");
        with_.events.publish("killed", name(), name() + " did not end in time: KILL");
    }
    os::kill_tree(key());
    if (exit_)
        look_at_tree();
}

// KILL has not ended it: another user's, or asleep in the kernel.
void slot::abandon()
{
    gave_up_ = true;
    kill_execs();
    std::vector<int> pids;
    if (pid_ >= 0) {
        pids.push_back(pid_);
        with_.watch_child(pid_, nullptr);
    }
    for (auto const& member : survivors_)
        pids.push_back(member.pid);
    for (int const pid : pids) {
        auto const text = "could not be killed and is left alone: pid " + std::to_string(pid) +
                          ' ' + os::command_line(pid);
        with_.hub.message(*source_, text);
        with_.events.publish("unkillable", name(), name() + ' ' + text, {{"pid", pid}});
    }
    pid_ = leader_ = -1;
    survivors_.clear();
    leaf_ = {};
}

void slot::kill_execs()
{
    for (auto const& each : std::exchange(execs_, {}))
        if (auto const session = each.lock())
            session->kill();
}

void slot::ended(core::exit_status status)
{
    prober_.reset();
    kill_execs();
    if (status_)
        read_status(status_->native_handle());
    status_.reset();
    launch_ = core::launch_fact::none;
    auto const* signal = std::get_if<core::signaled>(&status);
    auto const killed = leaf_ && !with_.limits_not_enforced ? leaf_.oom_kills() : 0;
    oom_kills_ = killed > oom_base_ ? killed - oom_base_ : 0;
    if (failure_)
        status = *failure_;
    else if (signal && signal->number == 9 && oom_kills_ > 0)
        status = core::oom_killed{};
    exit_ = status;
    exit_at_ = clock::now();
    // To remove the cgroup is the cheapest way to find out that it is empty.
    bool const done = wanted_ == core::target::down;
    if (leaf_ ? !(done ? leaf_.remove_if_empty() : leaf_.empty()) : with_.may_have_orphans(pid_))
        look_at_tree();
    os::reap(pid_);
    with_.watch_child(pid_, nullptr);
    if (survivors_.empty())
        forget_session(pid_);
    pid_ = -1;
    if (survivors_.empty())
        leader_ = -1;
    note_end(status);
    next_look_.soon();
}

void slot::tree_changed()
{
    if (!exit_ || survivors_.empty())
        return;
    look_at_tree();
    next_look_.soon();
}

// Facts only. Once no survivor is in the leader's group its number may belong to somebody else.
void slot::look_at_tree()
{
    survivors_ = os::tree_members(key());
    bool const group_lives = std::any_of(survivors_.begin(), survivors_.end(),
                                         [&](auto const& m) { return m.pgrp == leader_; });
    if (pid_ < 0 && !group_lives && leader_ >= 0) {
        forget_session(leader_);
        leader_ = -1;
    }
}

void slot::note_end(core::exit_status const& status)
{
    last_exit_ = status;
    exit_unsaid_ = true;
    core::api::last_exit view;
    view.description = end_text(status);
    if (auto const* e = std::get_if<core::exited>(&status))
        view.code = e->code;
    if (auto const* s = std::get_if<core::signaled>(&status))
        view.signal = procfile::signal_name(s->number);
    view.oom = oom_kills_ > 0;
    view.at = std::chrono::system_clock::now();
    view.uptime_ms = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - started_).count());
    last_exit_view_ = std::move(view);
}

} // namespace procd::process
