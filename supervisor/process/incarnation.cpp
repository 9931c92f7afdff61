// A start, step by step:
//
//  1. A cgroup leaf is made, or taken over from the incarnation before, and the limits are written.
//  2. The command is launched into the leaf. The launch returns once the command was executed, or
//     failed, but for a process with another user, whose status pipe is watched.
//  3. Where no cgroup holds the tree, the guardian is told of the session.
//  4. The output is read, and the probes begin.
//
// An end, while the main process is not reaped yet: the probes and the commands beside it end, the
// kernel's out-of-memory kills are counted, and what lives on of the tree is found. A tree whose
// leaf is not needed any more is looked at by removing the leaf.
#include "supervisor/process/incarnation.hpp"

#include "supervisor/os/proc_fs.hpp"
#include "supervisor/output/source.hpp"
#include "supervisor/process/exec_session.hpp"
#include "supervisor/process/services.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace procd::process {

using clock = std::chrono::steady_clock;

incarnation::incarnation(services& with, owner of, std::uint64_t number, os::cgroup_leaf leaf)
    : with_(with), of_(std::move(of)), number_(number), limits_(of_.plan.limits),
      tree_(with, of_.lines->name, std::move(leaf), [this] { look_at_tree(); }),
      started_(clock::now()), started_wall_(std::chrono::system_clock::now()), usage_(started_),
      alive_(std::make_shared<int>(0))
{
    limit();
}

incarnation::~incarnation() = default;

os::error_code incarnation::no_child()
{
    return os::error_of(ESRCH);
}

// A leaf that had other limits would keep those that the new ones do not name.
os::cgroup_leaf incarnation::release_leaf(os::cgroup_limits const& next)
{
    if (next != limits_)
        tree_.remove_leaf();
    return tree_.release_leaf();
}

void incarnation::launch()
{
    auto wanted = request(of_.plan.argv);
    wanted.environment.push_back("PROCD_ID=" + tree_.procd_id());
    wanted.input = of_.plan.input;
    wanted.pty = of_.plan.tty;
    wanted.window = with_.window_of_processes();
    auto sockets = take_sockets();
    if (!sockets)
        return failed({"sockets", sockets.error().value(), ""});
    wanted.sockets = std::move(*sockets);
    auto const directory = join_leaf(wanted);
    if (auto made = os::launch(wanted))
        begin(std::move(*made));
    else
        failed(made.error());
}

void incarnation::failed(core::never_started const& why)
{
    exit_ = why;
    exit_at_ = clock::now();
}

// The formation lets nothing start before all its addresses are open, so an error is rare.
os::result<std::vector<os::given_socket>> incarnation::take_sockets()
{
    std::vector<os::given_socket> given;
    for (auto const& [address, name] : of_.plan.sockets) {
        auto const open = with_.sockets.find(address);
        if (!open)
            return os::error_of(EBADF);
        for (int const fd : *open)
            given.push_back({fd, name});
        sockets_.push_back(address);
    }
    return given;
}

bool incarnation::holds(procfile::listen_address const& at) const
{
    bool const given = std::any_of(sockets_.begin(), sockets_.end(),
                                   [&at](auto const& mine) { return mine.same_socket(at); });
    return given && (pid() >= 0 || tree_.any());
}

// A command as the process runs its own: all but PROCD_ID and the cgroup.
os::launch_request incarnation::request(std::vector<std::string> argv) const
{
    auto request = app::request_of(of_.plan, std::move(argv));
    request.original_nofile = with_.original_nofile;
    return request;
}

// The descriptor has to stay open until the launch.
os::unique_fd incarnation::join_leaf(os::launch_request& request) const
{
    if (!tree_.leaf())
        return {};
    auto opened = tree_.leaf().open();
    if (!opened)
        return {};
    request.cgroup_fd = opened->get();
    return std::move(*opened);
}

void incarnation::limit()
{
    limits_problem_.reset();
    auto const& limits = limits_;
    if (!limits.cpu && !limits.memory)
        return;
    limits_problem_ = with_.limits_not_enforced;
    if (!limits_problem_ && !tree_.leaf())
        limits_problem_ = "it has no cgroup of its own";
    else if (!limits_problem_)
        if (auto const done = os::limit_cgroup(tree_.leaf().path(), limits); !done)
            limits_problem_ = done.error().message();
}

void incarnation::begin(os::child made)
{
    bool const had_leaf = bool(tree_.leaf());
    tree_.begin(made);
    if (had_leaf && !tree_.leaf())
        limit(); // the limits went with the leaf
    auto const changed = [this] { of_.changed(); };
    child_.emplace(
        with_.io, with_.children, made, [this](core::exit_status const& s) { ended(s); }, changed);
    attach(made);
    start_probes();
}

void incarnation::attach(os::child& made)
{
    if (made.slave)
        terminal_.emplace(made.output.get(), std::move(made.slave), made.pid);
    auto const closed = [this, alive = std::weak_ptr(alive_)] {
        if (alive.expired())
            return;
        terminal_.reset();
        reader_.reset();
        of_.changed();
    };
    auto const waits = [this, alive = std::weak_ptr(alive_)] {
        return !alive.expired() && terminal_ && terminal_->waits_for_input(members());
    };
    auto attached = with_.hub.attach(std::move(made.output), of_.lines, {closed, waits});
    if (attached) {
        reader_ = std::move(*attached);
        return;
    }
    terminal_.reset();
    child_->fail({"output", attached.error().value(), ""});
}

// Nothing of the process can write to its terminal any more.
void incarnation::tree_is_gone()
{
    tree_.end();
    if (terminal_)
        terminal_->let_end();
}

void incarnation::start_probes()
{
    if (of_.plan.probes == core::probe_plan{})
        return;
    prober_.emplace(
        with_,
        probe_target{of_.lines->name, of_.plan.probes, of_.plan.port, std::move(of_.held),
                     [this](std::vector<std::string> argv) { return request(std::move(argv)); }},
        of_.news);
}

core::launch_fact incarnation::launched() const
{
    return child_ && !exit_ ? child_->launch() : core::launch_fact::none;
}

void incarnation::ended(core::exit_status const& status)
{
    prober_.reset();
    kill_execs();
    oom_kills_ = tree_.oom_kills();
    auto const* signal = std::get_if<core::signaled>(&status);
    exit_ = signal && signal->number == 9 && oom_kills_ > 0 ? core::exit_status(core::oom_killed{})
                                                            : status;
    exit_at_ = clock::now();
    bool const over = of_.wanted() == core::target::down;
    if (tree_.may_be_left(child_->pid(), over ? tree::leaf_use::over : tree::leaf_use::goes_on))
        tree_.look(tree::main_process::lives); // not reaped: its group's number is its own
    if (!tree_.any())
        tree_is_gone();
    of_.changed();
}

void incarnation::look_at_tree()
{
    if (!exit_ || !tree_.any())
        return;
    tree_.look(tree::main_process::ended);
    if (!tree_.any())
        tree_is_gone();
    of_.changed();
}

void incarnation::stop(int number)
{
    prober_.reset(); // out of traffic, and no longer looked at
    tree_.group_was_signalled();
    if (child_)
        child_->stop(number);
}

void incarnation::kill()
{
    tree_.kill();
    if (!exit_ && child_)
        child_->kill(); // it may have been moved out of its cgroup
}

std::vector<int> incarnation::abandon()
{
    kill_execs();
    std::vector<int> pids;
    if (pid() >= 0) {
        pids.push_back(pid());
        child_->forget();
    }
    for (auto const& member : tree_.abandon())
        pids.push_back(member.pid);
    if (terminal_)
        terminal_->let_end();
    return pids;
}

void incarnation::close_output()
{
    terminal_.reset();
    if (reader_)
        with_.hub.close(*std::exchange(reader_, nullptr));
}

void incarnation::resize(os::window_size size)
{
    if (terminal_)
        terminal_->resize(size);
}

void incarnation::kill_execs()
{
    for (auto const& each : std::exchange(execs_, {}))
        if (auto const session = each.lock())
            session->kill();
}

os::result<std::shared_ptr<exec_session>> incarnation::exec(exec_request what)
{
    if (pid() < 0 || exit_)
        return no_child();
    std::erase_if(execs_, [](auto const& each) { return each.expired(); });
    // It is a process of the cgroup: its end may be the end of the tree.
    auto const over = [this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired())
            look_at_tree();
    };
    auto const session = std::make_shared<exec_session>(with_, std::move(what), over);
    auto base = request({});
    auto const directory = join_leaf(base);
    session->start(std::move(base));
    execs_.push_back(session);
    return session;
}

std::vector<int> incarnation::members() const
{
    std::vector<int> pids;
    if (pid() < 0)
        return pids;
    pids.push_back(pid());
    for (auto const& member : os::tree_members(tree_.key(), with_.processes))
        pids.push_back(member.pid);
    return pids;
}

void incarnation::measure(core::api::process_view& v)
{
    usage_.measure(v, tree_, [this] {
        return pid() < 0 ? os::live_use() : os::read_live_use(tree_.key(), with_.processes);
    });
}

std::optional<bool> incarnation::listening() const
{
    if (!of_.plan.uses_port || !of_.plan.port || pid() < 0)
        return std::nullopt;
    return os::listens_on(members(), *of_.plan.port);
}

std::vector<int> incarnation::open_ports() const
{
    return os::ports_of(members());
}

} // namespace procd::process
