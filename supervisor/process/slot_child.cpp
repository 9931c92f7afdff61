// What daemon/process does to have its command run: launching, limits, probes, commands beside it.
#include "supervisor/os/child.hpp"
#include "supervisor/os/proc_fs.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/process/exec_session.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/process/slot.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <random>
#include <utility>

namespace procd::process {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

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

os::tree_key slot::key() const
{
    return {leaf_ ? &leaf_ : nullptr, procd_id_, leader_};
}

void slot::spawn()
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
        if (auto made = os::cgroup_leaf::make(*with_.cgroup, name()))
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
    auto const holder = port_taken_by(); // before the command can listen itself
    if (auto child = os::launch(wanted)) {
        launched(std::move(*child));
        warn_about_port(holder);
    } else {
        launch_failed(child.error());
    }
}

// Said once for each content: the process runs all the same.
void slot::limit()
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
os::launch_request slot::request(std::vector<std::string> argv) const
{
    auto request = app::request_of(plan_, std::move(argv));
    request.original_nofile = with_.original_nofile;
    return request;
}

void slot::start_probes()
{
    if (plan_.probes == core::probe_plan{})
        return;
    prober_.emplace(
        with_,
        probe_target{plan_.probes, plan_.port,
                     [this](std::vector<std::string> argv) { return request(std::move(argv)); }},
        [this](core::probe_kind kind, std::string const& found) { probe_says(kind, found); });
}

void slot::probe_says(core::probe_kind kind, std::string const& found)
{
    if (prober_->health().fatal() == kind) {
        auto const text = std::string(procfile::to_string(kind)) + " probe failed (" + found +
                          "): it is stopped and replaced";
        with_.hub.message(*source_, text);
        with_.events.publish("unhealthy", name(), name() + ' ' + text,
                             {{"probe", procfile::to_string(kind)}, {"found", found}});
    }
    next_look_.soon();
}

void slot::launched(os::child child)
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
    with_.events.publish("started", name(), name() + " started with pid " + std::to_string(pid_),
                         {{"pid", pid_}, {"incarnation", incarnation_}});
    master_ = plan_.tty ? child.output.get() : -1;
    auto const closed = [this, alive = std::weak_ptr(alive_), number = incarnation_] {
        if (alive.expired() || number != incarnation_)
            return;
        reader_.reset();
        next_look_.soon();
    };
    reader_ = with_.hub.attach(std::move(child.output), source_, closed);
    launch_ = core::launch_fact::pending;
    // Mostly it is known by now; what is not worth a wait is not worth a place in the event loop.
    if (!read_status(child.status.get())) {
        status_.emplace(with_.io, child.status.release());
        watch_status();
    }
    start_probes();
}

// A cgroup says by itself what is in it.
void slot::note_session()
{
    if (leaf_ || !with_.guardian || leader_ < 0)
        return;
    auto const stat = os::read_stat(leader_);
    with_.guardian->add_session(leader_, stat ? stat->start_time : 0);
    session_noted_ = true;
}

void slot::forget_session(int leader)
{
    if (std::exchange(session_noted_, false) && with_.guardian)
        with_.guardian->remove_session(leader);
}

void slot::launch_failed(core::never_started const& why)
{
    exit_ = why;
    exit_at_ = clock::now();
    launch_ = core::launch_fact::none;
    note_end(*exit_);
}

// The command runs once exec has closed the status pipe.
void slot::watch_status()
{
    status_->async_wait(asio::posix::stream_descriptor::wait_read,
                        [this, alive = std::weak_ptr(alive_)](os::error_code error) {
                            if (alive.expired() || error || !status_)
                                return;
                            if (read_status(status_->native_handle()))
                                status_.reset();
                            else
                                watch_status();
                            next_look_.soon();
                        });
}

// False while it is not known how the launch went.
bool slot::read_status(int status_fd)
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

os::result<std::shared_ptr<exec_session>> slot::exec(exec_request what)
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

} // namespace procd::process
