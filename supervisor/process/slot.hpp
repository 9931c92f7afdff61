// One supervised process, a slot such as web.1, across all its incarnations. It owns the child:
// nobody else signals it, reaps it or reads it. What to do is decided by core::lifecycle; what is
// true is kept in fields here; whoever changes one asks for another look, and look() acts on all.
#pragma once

#include "supervisor/app/process_plan.hpp"
#include "supervisor/core/api.hpp"
#include "supervisor/core/cpu_usage.hpp"
#include "supervisor/core/lifecycle.hpp"
#include "supervisor/core/process_id.hpp"
#include "supervisor/loop/agenda.hpp"
#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/containment.hpp"
#include "supervisor/os/cpu_reader.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/os/port_owner.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/prober.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::process {

struct services;
class exec_session;
struct exec_request;

class slot {
public:
    slot(services& with, core::process_id id, int color, app::process_plan plan);
    ~slot();

    core::process_id const& id() const { return id_; }
    std::string const& name() const; // "web.1"

    // From now on it acts, until the slot is no longer wanted (target::down) and everything of it
    // is gone: then services::slot_over is called, once.
    void start() { next_look_.soon(); }

    // Wishes.
    void want(core::target wanted);
    core::target wanted() const { return wanted_; }
    // Replaces what runs (or waits, or gave up) by a new incarnation, its back-off forgotten.
    void replace();
    // What the next incarnation runs as.
    void plan(app::process_plan next);
    int release() const { return plan_.release; }
    // KILL no later than this, when it is being stopped. Only ever earlier.
    void stop_by(core::time_point deadline);
    // What it comes after is ready (again).
    void allow_start(bool allowed);

    // Facts from the reaper. `ended`: the main process with this pid, which is not reaped yet.
    void ended(core::exit_status status);
    // An orphan was reaped: what was left of the tree may be gone.
    void tree_changed();
    // Tells a new guardian of the session.
    void note_session();
    // The terminal's size changed.
    void resize(os::window_size size);

    // To the process's group, then CONT when it is the stop signal; an error when nothing runs.
    os::error_code signal(int number);

    core::process_state state() const { return life_.status().state; }
    bool ready() const { return ready_since_.has_value(); }
    // Why it is not ready, for people: its last end, what a probe found; empty when nothing is
    // known.
    std::string not_ready_because() const;
    // Since when the current incarnation has been ready, if it is.
    std::optional<core::time_point> ready_since() const { return ready_since_; }
    // When the incarnation that runs, or ran last, was started; only looked at where there is one.
    core::time_point started() const { return started_; }
    bool at_rest() const; // completed or crashed: nothing will happen by itself
    std::chrono::milliseconds stop_timeout() const { return plan_.life.stop_timeout; }
    bool gave_up() const { return gave_up_; } // something of it could not be killed
    std::optional<core::exit_status> const& last_exit() const { return last_exit_; }
    std::vector<std::string> last_lines(std::size_t most) const; // of this incarnation
    std::vector<std::string> lines_of_last_exit() const
    {
        return last_exit_view_ ? last_exit_view_->last_lines : std::vector<std::string>{};
    }
    std::uint64_t generation() const { return generation_; }
    std::uint64_t settled_generation() const { return life_generation_; }
    int pid() const { return pid_; }
    // Why its CPU and memory limits do not hold, if so.
    std::optional<std::string> const& limits_problem() const { return limits_problem_; }

    core::api::process_view view() const;
    core::api::process_detail detail() const;
    // Fills in CPU and memory: CPU is the average since the last look, else since the start of the
    // incarnation (no sampling without a rule). Looks less than a second apart share one reading.
    void measure(core::api::process_view& v) const;

    // Runs a command beside it, in its environment, directory, user and cgroup; it ends with the
    // process. An error when nothing runs.
    os::result<std::shared_ptr<exec_session>> exec(exec_request what);

    // For the autoscaler: a reading of its tree, and the use that follows from those there were.
    void note_cpu(os::tree_cpu const& reading, core::time_point now,
                  std::chrono::milliseconds window);
    std::optional<core::cpu_usage> cpu_usage(std::chrono::milliseconds window) const;
    // The CPU time of an orphan that procd has reaped, when it was one of this process's.
    bool credit(int pid, std::uint64_t cpu_us);
    os::tree_key key() const;

private:
    std::optional<core::time_point> look();
    void over(std::exception_ptr failure);
    core::observation observe() const;
    void publish();
    void publish_ready();
    void take_plan();
    void perform(core::action const& next);
    void spawn();
    os::launch_request request(std::vector<std::string> argv) const;
    void limit();
    void kill_execs();
    void start_probes();
    void probe_says(core::probe_kind kind, std::string const& found);
    void launched(os::child child);
    void launch_failed(core::never_started const& why);
    void watch_status();
    bool read_status(int status_fd);
    void signal_group(int number);
    void signal_survivors(int number);
    void kill_tree();
    void abandon();
    void look_at_tree();
    void forget_session(int leader);
    void note_end(core::exit_status const& status);
    void say_exit();
    std::string end_text(core::exit_status const& status) const;
    std::optional<os::port_holder> port_taken_by() const;
    void warn_about_port(std::optional<os::port_holder> const& holder);
    std::optional<bool> listening() const;
    std::vector<int> members() const;

    services& with_;
    core::process_id id_;
    app::process_plan plan_;                       // of the incarnation that runs, or ran last
    std::unique_ptr<app::process_plan> next_plan_; // rarely there
    core::lifecycle life_;
    loop::agenda::item next_look_;
    bool over_ = false;
    std::shared_ptr<output::source> source_;
    std::shared_ptr<output::reader> reader_;

    core::target wanted_ = core::target::up;
    std::uint64_t generation_ = 0;      // wished
    std::uint64_t life_generation_ = 0; // of what was started last
    bool may_start_ = true;
    std::optional<core::time_point> stop_by_;

    int pid_ = -1;       // of the main process, until it is reaped
    int shown_pid_ = -1; // what goes with the state last announced
    int leader_ = -1;    // its number as group and session, until the tree is gone
    std::string procd_id_;
    os::cgroup_leaf leaf_;
    std::optional<boost::asio::posix::stream_descriptor> status_;
    core::launch_fact launch_ = core::launch_fact::none;
    std::optional<core::exit_status> exit_;
    std::optional<core::time_point> exit_at_;
    std::optional<core::never_started>
        failure_; // from the status descriptor, until the child is reaped
    std::vector<os::tree_member> survivors_;
    bool group_signalled_ = false;
    bool tree_was_killed_ = false;
    os::cgroup_limits leaf_limits_; // what the leaf was made with
    std::uint64_t oom_base_ = 0;    // what the leaf had counted of earlier incarnations
    std::uint64_t oom_kills_ = 0;   // of the one that ended last
    std::optional<std::string> limits_problem_;
    int limits_said_ = 0;        // the release whose limits were said not to be enforced
    bool session_noted_ = false; // the guardian knows of leader_
    bool gave_up_ = false;
    bool exit_unsaid_ = false;
    bool end_was_asked_ = false;
    int master_ = -1; // the pty's master, while reader_ has it

    std::optional<prober> prober_; // of an incarnation that has probes, until it is stopped
    std::optional<core::time_point> ready_since_;

    core::lifecycle_status published_;
    std::uint64_t incarnation_ = 0;
    core::time_point started_{};
    std::optional<core::wall_time> started_wall_;
    std::optional<core::exit_status> last_exit_;
    std::optional<core::api::last_exit> last_exit_view_;
    struct usage {
        std::uint64_t incarnation = 0;
        core::time_point at{};
        std::uint64_t cpu_microseconds = 0, millicores = 0, memory = 0;
    };
    mutable usage usage_; // of the last look
    void add_members(usage& seen) const;
    core::cpu_history cpu_;
    std::vector<int> cpu_members_;     // at the last reading, where there is no cgroup
    std::uint64_t cpu_of_orphans_ = 0; // of this incarnation
    std::uint64_t cpu_base_ = 0;       // what its cgroup had counted of earlier incarnations
    std::uint64_t most_cpu_ = 0;       // of this incarnation: a reading may count less than before
    std::vector<std::weak_ptr<exec_session>> execs_;
    int warned_holder_ = 0;
    std::shared_ptr<int> alive_; // handlers that outlive the process see that it is gone
};

// Sixteen hexadecimal digits nobody can guess: the parts of PROCD_ID.
std::string random_hex();

} // namespace procd::process
