// One supervised process, a slot such as web.1, across all its incarnations. core::lifecycle
// decides what is to be done; the facts are kept in fields here and in the incarnation; whoever
// changes one asks for another look, and look() acts on all of them.
#pragma once

#include "supervisor/app/process_plan.hpp"
#include "supervisor/core/api.hpp"
#include "supervisor/core/lifecycle.hpp"
#include "supervisor/core/process_id.hpp"
#include "supervisor/core/wait_clock.hpp"
#include "supervisor/loop/agenda.hpp"
#include "supervisor/process/incarnation.hpp"
#include "supervisor/process/last_end.hpp"
#include "supervisor/process/ports.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::process {

struct services;

// A process is in use while the front port sends it requests, or waits for its answers.
enum class in_use { no, yes };

class slot {
public:
    slot(services& with, core::process_id id, int color, app::process_plan plan);
    ~slot();

    core::process_id const& id() const { return id_; }
    std::string const& name() const; // "web.1"

    // From now on it acts, until it is not wanted any more (target::down) and nothing is left of
    // it.
    void start() { next_look_.soon(); }

    // Wishes.
    void want(core::target wanted);
    core::target wanted() const { return wishes_.wanted; }
    // Replaces what runs (or waits, or gave up) by a new incarnation, its back-off forgotten.
    void replace();
    // The plan of the next incarnation.
    void plan(app::process_plan next);
    int release() const { return plan_.release; }
    // KILL no later than this, when it is being stopped. Only ever earlier.
    void stop_by(core::time_point deadline);
    // True: the processes that it comes after are ready (again), and the sockets that it gets are
    // open.
    void allow_start(bool allowed);

    // The front port's word. A process in use is drained before it is stopped.
    void use(in_use now);

    // The terminal's size changed.
    void resize(os::window_size size);
    // To the process's group; CONT follows TERM, HUP, INT and QUIT. An error when nothing runs.
    os::error_code signal(int number);
    // Runs a command beside it, in its environment, directory, user and cgroup; the command ends
    // with the process. An error when nothing runs.
    os::result<std::shared_ptr<exec_session>> exec(exec_request what);

    // Facts. Every change of one notifies services::changed.
    core::process_state state() const { return life_.status().state; }
    bool ready() const { return ready_since().has_value(); }
    // Since when the current incarnation has been ready, if it is.
    std::optional<core::time_point> ready_since() const;
    // Completed or crashed: nothing will happen by itself.
    bool at_rest() const;
    // An incarnation has ended, with all its lines, and the log tells so.
    bool told_end() const { return end_.exit() && !end_.unsaid(); }
    // It is completed, with code 0 and by itself.
    bool completed_well() const;
    // When it is started again, in the state backoff.
    std::optional<core::time_point> next_attempt() const { return life_.status().next_attempt; }
    // Nothing is left of it and it is not wanted: the slot may be destroyed.
    bool over() const { return over_; }
    std::exception_ptr failure() const { return failure_; } // a bug ended it
    bool gave_up() const { return gave_up_; }               // something could not be killed
    // An end that nobody had asked for; given once.
    struct unasked_end {
        core::exit_status status;
        core::probed found = core::probed::alive;
        bool ends_app = false; // by --exit-on
    };
    std::optional<unasked_end> take_unasked_end();
    std::optional<core::exit_status> const& last_exit() const { return end_.exit(); }
    // Waits for others or for sockets, since when and whether for long. The facts of these are
    // the formation's.
    bool waits() const;
    bool waits_long() const { return waits() && waiting_.is_long(); }
    std::optional<core::time_point> waits_since() const { return waiting_.since(); }
    // When the present generation was started first, if it was.
    std::optional<core::time_point> generation_started() const { return generation_started_; }
    // The longest time that a stop takes before KILL.
    std::chrono::milliseconds stop_timeout() const
    {
        return (wishes_.use == in_use::yes ? plan_.life.drain : std::chrono::milliseconds(0)) +
               plan_.life.stop_timeout;
    }
    std::optional<int> port() const { return plan_.port; }
    bool used() const { return wishes_.use == in_use::yes; } // use() has said so last
    // Something of its present incarnation lives that was given the socket of this address.
    bool holds(procfile::listen_address const& at) const { return current_ && current_->holds(at); }
    std::uint64_t incarnations() const { return incarnations_; } // launched so far
    std::uint64_t generation() const { return wishes_.generation; }
    std::uint64_t settled_generation() const { return life_generation_; }
    int pid() const { return current_ ? current_->pid() : -1; }
    // The incarnation that runs, or ran last.
    incarnation* current() { return current_.get(); }
    incarnation const* current() const { return current_.get(); }

    // For people and clients (slot_report.cpp, slot_publish.cpp).
    // Why it is not ready: its last end, what a probe found; empty when nothing is known.
    std::string not_ready_because() const;
    std::vector<std::string> last_lines(std::size_t most) const; // of this incarnation
    std::vector<std::string> lines_of_last_exit() const;
    core::api::process_view view() const;
    core::api::process_detail detail() const;
    // Fills in CPU and memory: CPU is the average since the last look, else since the start of the
    // incarnation.
    void measure(core::api::process_view& v) const;

private:
    std::optional<core::time_point> look();
    std::optional<core::time_point> note_waiting(std::optional<core::time_point> deadline);
    void end(std::exception_ptr failure);
    core::observation observe() const;
    void note_end();
    void publish();
    void publish_ready();
    void perform(core::action const& next);
    void spawn();
    incarnation::owner owner(std::optional<os::port_holder> const& holder);
    void take_plan();
    void stop_group(int number);
    void stop_survivors(int number);
    void kill_tree();
    void abandon();
    void probe_says(core::probe_kind kind, std::string const& found);

    void log(core::action const& next, core::observation const& seen,
             core::lifecycle_status const& before) const;
    void say(std::string const& text, output::level l = output::level::info) const;
    void say_limits();
    void say_port(std::optional<os::port_holder> const& holder);
    void say_closed_port(std::chrono::milliseconds for_how_long);
    void say_exit();

    services& with_;
    core::process_id id_;
    std::shared_ptr<output::source> lines_;
    app::process_plan plan_;                       // of the incarnation that runs, or ran last
    std::unique_ptr<app::process_plan> next_plan_; // rarely there
    core::lifecycle life_;
    loop::agenda::item next_look_;

    // As others have told it.
    struct wishes {
        core::target wanted = core::target::up;
        std::uint64_t generation = 0;
        bool may_start = true;
        std::optional<core::time_point> stop_by = {};
        in_use use = in_use::no; // the present incarnation
    };
    wishes wishes_;
    std::uint64_t life_generation_ = 0; // of what was started last
    std::optional<core::time_point> generation_started_;
    core::wait_clock waiting_;

    std::uint64_t incarnations_ = 0;
    std::unique_ptr<incarnation> current_;
    core::lifecycle_status published_;
    int shown_pid_ = -1; // what goes with the state last announced
    last_end end_;
    std::optional<unasked_end> unasked_end_;
    bool end_noted_ = false;        // of the current incarnation
    std::string unhealthy_because_; // what the fatal probe of the current incarnation found
    bool gave_up_ = false;
    bool over_ = false;
    std::exception_ptr failure_;
    ports ports_;
    int limits_said_ = 0; // the release whose limits were said not to be enforced
};

} // namespace procd::process
