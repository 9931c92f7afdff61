// The effects of daemon/process: launching, signalling, and what is true of the child and its tree.
#include "supervisor/core/duration.hpp"
#include "supervisor/daemon/events.hpp"
#include "supervisor/daemon/exec_session.hpp"
#include "supervisor/daemon/process.hpp"
#include "supervisor/daemon/services.hpp"
#include "supervisor/os/child.hpp"
#include "supervisor/os/port_owner.hpp"
#include "supervisor/os/proc_fs.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <random>
#include <utility>

namespace procd {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

namespace {

constexpr int sigcont = 18;

} // namespace

std::string random_hex()
{
    static std::random_device device;
    std::array<char, 17> text{};
    text.fill('0');
    for (std::size_t half = 0; half < 2; ++half) {
        std::array<char, 8> digits{};
        auto const [end, error] = std::to_chars(digits.data(), digits.data() + 8, device(), 16);
        std::copy_backward(digits.data(), end, text.data() + half * 8 + 8);
    }
    return {text.data(), 16};
}

os::tree_key process::key() const
{
    return {leaf_ ? &leaf_ : nullptr, procd_id_, leader_};
}

void process::spawn()
{
    take_plan();
    exit_.reset();
    exit_at_.reset();
    failure_.reset();
    survivors_.clear();
    group_signalled_ = false;
    stop_by_.reset();
    life_generation_ = generation_;
    cpu_of_orphans_ = most_cpu_ = 0;
    oom_kills_ = 0;
    cpu_members_.clear();
    started_ = clock::now();
    started_wall_ = std::chrono::system_clock::now();
    first_line_ = with_.hub.lines_seen();
    procd_id_ = with_.run_id + '-' + random_hex();

    // Linux 6.18 takes what is cloned into a cgroup whose cgroup.kill was once written for
    // something that slipped through that, and kills it.
    // And one that had other limits keeps them.
    bool const spent = std::exchange(tree_was_killed_, false) || leaf_limits_ != plan_.limits;
    if (leaf_ && spent && !leaf_.remove())
        leaf_ = {};
    leaf_limits_ = plan_.limits;
    // What an old one has counted of earlier incarnations.
    cpu_base_ = leaf_ ? leaf_.cpu_microseconds() : 0;
    oom_base_ = leaf_ && !with_.limits_not_enforced ? leaf_.oom_kills() : 0;
    if (with_.cgroup && !leaf_) {
        if (auto made = os::cgroup_leaf::make(*with_.cgroup, id_.str()))
            leaf_ = std::move(*made);
    }
    limit();
    auto wanted = request(plan_.argv);
    wanted.environment.push_back("PROCD_ID=" + procd_id_);
    wanted.pty = plan_.tty;
    wanted.window = with_.window;
    os::unique_fd directory;
    if (leaf_) {
        if (auto opened = leaf_.open())
            directory = std::move(*opened);
        wanted.cgroup_fd = directory.get();
    }
    if (auto child = os::launch(wanted))
        launched(std::move(*child));
    else
        launch_failed(child.error());
}

// Said once for each content: the process runs all the same.
void process::limit()
{
    limits_problem_.reset();
    if (!plan_.limits.cpu && !plan_.limits.memory)
        return;
    limits_problem_ = with_.limits_not_enforced;
    if (!limits_problem_ && !leaf_)
        limits_problem_ = "it has no cgroup of its own";
    else if (!limits_problem_)
        if (auto const done = os::limit_cgroup(leaf_.path(), plan_.limits); !done)
            limits_problem_ = done.error().message();
    if (limits_problem_ && std::exchange(limits_said_, plan_.release) != plan_.release)
        with_.hub.message(*source_, "warning: its limits are not enforced: " + *limits_problem_);
}

// A command as this process runs its own: all but PROCD_ID and the cgroup.
os::launch_request process::request(std::vector<std::string> argv) const
{
    auto request = request_of(plan_, std::move(argv));
    request.original_nofile = with_.original_nofile;
    request.ignored_signals = &with_.ignored_signals;
    return request;
}

void process::start_probes()
{
    if (plan_.probes == core::probe_plan{})
        return;
    prober_.emplace(
        with_,
        probe_target{plan_.probes, plan_.port,
                     [this](std::vector<std::string> argv) { return request(std::move(argv)); }},
        [this](core::probe_kind kind, std::string const& found) { probe_says(kind, found); });
}

void process::probe_says(core::probe_kind kind, std::string const& found)
{
    if (prober_->health().fatal() == kind) {
        auto const text = std::string(procfile::to_string(kind)) + " probe failed (" + found +
                          "): it is stopped and replaced";
        with_.hub.message(*source_, text);
        with_.events.publish("unhealthy", id_.str(), id_.str() + ' ' + text,
                             {{"probe", procfile::to_string(kind)}, {"found", found}});
    }
    wake_.poke();
}

void process::launched(os::child child)
{
    ++incarnation_;
    pid_ = leader_ = child.pid;
    with_.watch_child(pid_, [this](core::exit_status const& status) { ended(status); });
    if (leaf_ && !child.in_cgroup) { // then the leaf would hide its tree
        leaf_.remove();
        leaf_ = {};
        limit(); // says that there are none
    }
    note_session();
    with_.hub.message(*source_, "started with pid " + std::to_string(pid_));
    with_.events.publish("started", id_.str(),
                         id_.str() + " started with pid " + std::to_string(pid_),
                         {{"pid", pid_}, {"incarnation", incarnation_}});
    master_ = plan_.tty ? child.output.get() : -1;
    auto const closed = [this, alive = std::weak_ptr(alive_), number = incarnation_] {
        if (alive.expired() || number != incarnation_)
            return;
        reader_.reset();
        wake_.poke();
    };
    reader_ = with_.hub.attach(std::move(child.output), source_, closed);
    launch_ = core::launch_fact::pending;
    // Mostly it is known by now; what is not worth a wait is not worth a place in the event loop.
    if (!read_status(child.status.get())) {
        status_.emplace(with_.io, child.status.release());
        watch_status();
    }
    start_probes();
    warn_about_port();
}

// A cgroup says by itself what is in it.
void process::note_session()
{
    if (leaf_ || !with_.guardian || leader_ < 0)
        return;
    auto const stat = os::read_stat(leader_);
    with_.guardian->add_session(leader_, stat ? stat->start_time : 0);
    session_noted_ = true;
}

void process::forget_session(int leader)
{
    if (std::exchange(session_noted_, false) && with_.guardian)
        with_.guardian->remove_session(leader);
}

void process::launch_failed(core::never_started const& why)
{
    exit_ = why;
    exit_at_ = clock::now();
    launch_ = core::launch_fact::none;
    note_end(*exit_);
}

// The command runs once exec has closed the status pipe.
void process::watch_status()
{
    status_->async_wait(asio::posix::stream_descriptor::wait_read,
                        [this, alive = std::weak_ptr(alive_)](os::error_code error) {
                            if (alive.expired() || error || !status_)
                                return;
                            if (read_status(status_->native_handle()))
                                status_.reset();
                            else
                                watch_status();
                            wake_.poke();
                        });
}

// False while it is not known how the launch went.
bool process::read_status(int status_fd)
{
    auto const seen = os::read_launch_status(status_fd);
    switch (seen.phase) {
    case os::launch_phase::pending:
        return false;
    case os::launch_phase::running:
        launch_ = core::launch_fact::running;
        break;
    case os::launch_phase::failed:
        failure_ = seen.failure;
        break;
    }
    return true;
}

void process::signal_group(int number)
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
void process::signal_survivors(int number)
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

void process::kill_tree()
{
    if (!std::exchange(tree_was_killed_, true)) { // it is repeated until nothing is left
        if (!with_.hurried)
            with_.hub.message(*source_, "did not end in time: SIGKILL to all of it");
        with_.events.publish("killed", id_.str(), id_.str() + " did not end in time: KILL");
    }
    os::kill_tree(key());
    if (exit_)
        look_at_tree();
}

// KILL has not ended it: another user's, or asleep in the kernel.
void process::abandon()
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
        with_.events.publish("unkillable", id_.str(), id_.str() + ' ' + text, {{"pid", pid}});
    }
    pid_ = leader_ = -1;
    survivors_.clear();
    leaf_ = {};
}

os::result<std::shared_ptr<exec_session>> process::exec(exec_request what)
{
    if (pid_ < 0 || exit_)
        return os::error_of(ESRCH);
    std::erase_if(execs_, [](auto const& each) { return each.expired(); });
    auto const session = std::make_shared<exec_session>(
        with_, std::move(what), [this, alive = std::weak_ptr(alive_)] {
            if (!alive.expired())
                tree_changed(); // it was one of the cgroup
        });
    auto base = request({});
    os::unique_fd directory;
    if (leaf_) {
        if (auto opened = leaf_.open())
            directory = std::move(*opened);
        base.cgroup_fd = directory.get();
    }
    session->start(std::move(base));
    execs_.push_back(session);
    return session;
}

void process::kill_execs()
{
    for (auto const& each : std::exchange(execs_, {}))
        if (auto const session = each.lock())
            session->kill();
}

void process::ended(core::exit_status status)
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
    bool const over = leaf_ && wanted_ == core::target::down && leaf_.remove_if_empty();
    if (!over && os::may_have_members(key(), with_.known_child))
        look_at_tree();
    os::reap(pid_);
    with_.watch_child(pid_, nullptr);
    if (survivors_.empty())
        forget_session(pid_);
    pid_ = -1;
    if (survivors_.empty())
        leader_ = -1;
    note_end(status);
    wake_.poke();
}

void process::tree_changed()
{
    if (!exit_ || survivors_.empty())
        return;
    look_at_tree();
    wake_.poke();
}

// Facts only. Once no survivor is in the leader's group its number may belong to somebody else.
void process::look_at_tree()
{
    survivors_ = os::tree_members(key());
    bool const group_lives = std::any_of(survivors_.begin(), survivors_.end(),
                                         [&](auto const& m) { return m.pgrp == leader_; });
    if (pid_ < 0 && !group_lives && leader_ >= 0) {
        forget_session(leader_);
        leader_ = -1;
    }
}

void process::note_end(core::exit_status const& status)
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

} // namespace procd
