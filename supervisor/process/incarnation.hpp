// Everything that begins with one start of a slot and ends with it: the child, its tree, its
// output, its probes, its usage and its end. A new incarnation is a new object, so nothing of the
// one before is left in it.
#pragma once

#include "supervisor/app/process_plan.hpp"
#include "supervisor/core/lifecycle.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/child.hpp"
#include "supervisor/process/ports.hpp"
#include "supervisor/process/prober.hpp"
#include "supervisor/process/process_terminal.hpp"
#include "supervisor/process/tree.hpp"
#include "supervisor/process/usage.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::process {

class exec_session;
struct exec_request;

class incarnation {
public:
    // `plan` and `lines` belong to the slot and outlive it. `changed` is called when a fact has
    // changed. `held` are the others on its port, where their answers must not count as its own.
    struct owner {
        app::process_plan const& plan;
        std::shared_ptr<output::source> lines;
        std::function<void()> changed;
        probe_news news;
        std::function<core::target()> wanted;
        std::optional<held_port> held = {};
    };
    incarnation(services& with, owner of, std::uint64_t number, os::cgroup_leaf leaf);
    incarnation(incarnation const&) = delete;
    incarnation& operator=(incarnation const&) = delete;
    ~incarnation();

    // Launches the command. A failure is an exit: never_started.
    void launch();
    // The cgroup leaf for the next incarnation, if it can be used with these limits; else none.
    os::cgroup_leaf release_leaf(os::cgroup_limits const& next);

    // Facts.
    int pid() const { return child_ ? child_->pid() : -1; } // -1: none, or it has ended
    std::uint64_t number() const { return number_; }
    core::launch_fact launched() const;
    std::optional<core::exit_status> const& exit() const { return exit_; }
    std::optional<core::time_point> exit_at() const { return exit_at_; }
    core::time_point started() const { return started_; }
    core::wall_time started_wall() const { return started_wall_; }
    std::uint64_t oom_kills() const { return oom_kills_; }
    bool output_open() const { return reader_ != nullptr; }
    // Since when it is ready, as its slot has decided.
    std::optional<core::time_point> ready_since() const { return ready_since_; }
    void set_ready(std::optional<core::time_point> since) { ready_since_ = since; }
    // Something of it lives, and it was given the listening socket of this address.
    bool holds(procfile::listen_address const& at) const;
    tree& all() { return tree_; }
    tree const& all() const { return tree_; }
    process::usage& use() { return usage_; }
    void measure(core::api::process_view& v);
    std::optional<prober> const& probes() const { return prober_; }
    // Why the CPU and memory limits do not hold, if so.
    std::optional<std::string> const& limits_problem() const { return limits_problem_; }
    // The main process and every survivor that lives.
    std::vector<int> members() const;
    // Tells whether it listens on its port; nothing when its command does not name the port.
    std::optional<bool> listening() const;
    // The ports on which it listens.
    std::vector<int> open_ports() const;

    // Acts.
    os::error_code signal(int number) { return child_ ? child_->signal(number) : no_child(); }
    void stop(int number);
    void kill();
    // Nothing ends it: what is left is nobody's. The pids, for people.
    std::vector<int> abandon();
    void close_output();
    void resize(os::window_size size);
    os::result<std::shared_ptr<exec_session>> exec(exec_request what);
    // Looks what lives of the tree.
    void look_at_tree();

private:
    static os::error_code no_child();
    os::launch_request request(std::vector<std::string> argv) const;
    os::unique_fd join_leaf(os::launch_request& request) const;
    os::result<std::vector<os::given_socket>> take_sockets();
    void failed(core::never_started const& why);
    void limit();
    void begin(os::child made);
    void attach(os::child& made);
    void tree_is_gone();
    void start_probes();
    void ended(core::exit_status const& status);
    void kill_execs();

    services& with_;
    owner of_;
    std::uint64_t number_;
    os::cgroup_limits limits_; // those of its leaf
    tree tree_;
    std::vector<procfile::listen_address> sockets_; // of which it was given a descriptor
    std::optional<child> child_;
    std::shared_ptr<output::reader> reader_;
    std::optional<process_terminal> terminal_;
    std::optional<prober> prober_; // until the process is stopped
    core::time_point started_;
    core::wall_time started_wall_;
    process::usage usage_;
    std::optional<core::time_point> ready_since_;
    std::optional<core::exit_status> exit_;
    std::optional<core::time_point> exit_at_;
    std::uint64_t oom_kills_ = 0;
    std::optional<std::string> limits_problem_;
    std::vector<std::weak_ptr<exec_session>> execs_;
    std::shared_ptr<int> alive_; // handlers that outlive the incarnation see that it is gone
};

} // namespace procd::process
