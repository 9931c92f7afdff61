// Owns the formation: which processes there should be, and the ones there are. Implements what the
// control socket may ask.
#pragma once

#include "supervisor/app/content.hpp"
#include "supervisor/app/watcher.hpp"
#include "supervisor/control/control_api.hpp"
#include "supervisor/daemon/service_manager.hpp"
#include "supervisor/loop/condition.hpp"
#include "supervisor/loop/wakeup.hpp"
#include "supervisor/os/orphans.hpp"
#include "supervisor/process/errand.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/process/slot.hpp"
#include "supervisor/release/start_point.hpp"
#include "supervisor/release/state_store.hpp"

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

namespace procd::daemon {

// What procd has of its surroundings beside services.
struct supervisor_setting {
    // The files as they are now, read as at the start; for reload.
    std::function<boost::system::result<app::loaded, app::load_error>()> read_files;
    release::state_store* store = nullptr; // absent: nothing is kept
    service_manager* manager = nullptr;
    // Reload when one of these changes; each reload says anew which they are.
    std::optional<std::vector<std::string>> watched_files;
    std::vector<std::string> not_watched; // directories in which procd itself writes
};

class supervisor final : public control::control_api {
public:
    supervisor(process::services& with, release::start_point from, supervisor_setting setting);
    ~supervisor() override;

    // Starts the formation and returns procd's exit code once all of it is over: after shutdown(),
    // or by itself where the verb or --exit-on says so.
    boost::asio::awaitable<int> run();
    // KILL what is left at once: a second INT, or QUIT.
    void hurry();
    void resize(os::window_size size);
    bool stopping() const { return stopping_; }
    // As the call, with the reason and the result in the log: HUP, a changed file.
    void reload_because(std::string const& why);

    core::api::status_view status() const override;
    core::api::outcome<std::vector<core::api::process_view>>
    processes(std::optional<std::string> only) const override;
    core::api::outcome<core::api::process_detail>
    describe(core::process_id const& id) const override;
    core::api::outcome<std::vector<core::api::type_view>>
    types(std::optional<std::string> only) const override;
    std::map<std::string, int> formation() const override;
    core::api::outcome<control::selector> find(std::string const& name) const override;

    core::api::outcome<goal> scale(std::vector<procfile::change> const& changes) override;
    core::api::outcome<goal> restart(std::vector<control::selector> const& what) override;
    core::api::outcome<goal> remove(std::vector<control::selector> const& what) override;
    core::api::outcome<goal> stop(std::vector<control::selector> const& what) override;
    core::api::outcome<goal> start(std::vector<control::selector> const& what) override;
    core::api::outcome<goal> wait_ready(control::selector const& what) override;
    core::api::outcome<void> signal(core::process_id const& id, int number) override;
    core::api::outcome<std::shared_ptr<process::exec_session>>
    exec(core::process_id const& id, process::exec_request what) override;
    std::vector<core::api::release_view> releases() const override;
    core::api::outcome<core::api::release_detail> release(std::string const& name) const override;
    core::api::outcome<core::api::release_plan> plan_reload() const override;
    core::api::outcome<goal> reload() override;
    core::api::outcome<goal> rollback(std::string const& name) override;
    core::api::outcome<core::api::type_detail>
    describe_type(std::string const& type) const override;
    std::vector<core::api::limits_view> limits() const override;
    std::vector<core::api::probe_view> probes() const override;
    core::api::outcome<goal> set_limits(std::string const& type,
                                        core::limits_override const& limits) override;
    core::api::outcome<goal> set_probes(std::string const& type,
                                        probes_change const& probes) override;
    std::vector<core::api::autoscale_view> autoscale_rules() const override;
    core::api::outcome<std::vector<core::api::decision_view>>
    autoscale_decisions(std::string const& type) const override;
    core::api::outcome<goal> set_autoscale(std::string const& type,
                                           core::autoscale::rule const& rule) override;
    core::api::outcome<goal> unset_autoscale(std::string const& type) override;
    void shutdown() override;
    boost::asio::awaitable<void> changed() override;

private:
    // The replacement of a type's processes, one after the other; goals look at it.
    struct rollout_run {
        std::string type;
        std::optional<std::set<int>> only;  // a restart of these; else all of the type
        bool by_content = false;            // what runs as the type's release is new already
        std::map<int, std::uint64_t> fresh; // instance -> generation from which on it is new
        int ready = 0, all = 0;
        bool done = false, ok = false;
        std::string message;
        std::vector<std::string> lines; // the last ones of what did not become ready
        bool unattended = false;        // no client waits for it: a failure is said in the log
        core::time_point progressed{};
    };
    using run_ptr = std::shared_ptr<rollout_run>;

    struct type_state {
        procfile::type_spec spec;
        std::shared_ptr<app::content> from; // what its next processes are made of
        int release = 1;                    // the one that changed it last
        bool dropped = false;               // no longer in the files: it is on its way out
        int wanted = 0;
        std::set<int> held;
        std::optional<core::autoscale::rule> rule;
        std::optional<core::wall_time> last_rescale; // by the autoscaler
        std::vector<std::pair<core::wall_time, core::autoscale::decision>> decisions;
        run_ptr roll;
        std::map<int, std::unique_ptr<process::slot>> slots;
    };

    // A reload or rollback under way; goals look at it.
    struct operation {
        bool done = false, ok = false;
        std::string message;
        std::vector<std::string> lines;
        std::vector<procfile::type_change> changes;
        bool from_files = false;  // a reload
        run_ptr run;              // the rollout that is under way
        std::uint64_t ticket = 0; // of the store: what the result stands on
    };
    using operation_ptr = std::shared_ptr<operation>;

    // supervisor.cpp
    void reconcile();
    void reconcile(type_state& type);
    void reconcile_starts();
    void open_slot(type_state& type, int instance, bool may_start);
    void note_change();
    bool type_ready(std::string const& name) const;
    bool has_dependants(std::string const& name) const;

    // supervisor_end.cpp
    void take_overs();
    void take_failure(process::slot const& of);
    void take_end(process::slot& of);
    bool any_running() const;
    bool all_ended() const;
    bool all_over();
    void begin_shutdown();
    int exit_code() const;

    // supervisor_state.cpp: the service manager
    std::optional<core::time_point> advance_readiness();
    std::string not_ready() const;

    // supervisor_rollout.cpp
    run_ptr begin_rollout(type_state& type, std::optional<std::set<int>> only, bool by_content);
    std::optional<core::time_point> advance_rollouts();
    std::optional<core::time_point> advance(type_state& type);
    bool fresh(type_state const& type, process::slot const& slot) const;
    void finish(rollout_run& run, bool ok, std::string message);
    void give_up(type_state& type, std::string const& why);

    // supervisor_prepare.cpp
    boost::asio::awaitable<bool> prepare();
    boost::asio::awaitable<bool> release_phase(std::shared_ptr<app::content> of);

    // supervisor_release.cpp
    void adopt(std::shared_ptr<app::content> next, std::map<std::string, int> const& release_of);
    struct read_result {
        core::release next;
        app::application base;
        std::vector<std::string> sources;
    };
    core::api::outcome<read_result> read_again() const;
    core::api::outcome<goal> change_to(core::release next, app::application const& base,
                                       bool from_files);
    boost::asio::awaitable<void> carry_out(operation_ptr op, std::shared_ptr<app::content> next);
    boost::asio::awaitable<std::string> roll_all(operation_ptr op, std::vector<std::string> types);
    void take_counts(std::vector<procfile::type_change> const& changes);
    void record(core::release const& r);
    void settle(operation& op, bool ok, std::string message);
    core::api::progress look(operation const& op) const;
    static std::vector<core::api::change_view>
    views_of(std::vector<procfile::type_change> const& changes);
    core::api::release_view view_of(core::release const& r) const;

    // supervisor_watch.cpp
    void watch_files();
    void take_file_changes();
    void restart_for(app::watcher::finding const& change);

    // supervisor_settings.cpp
    core::api::limits_view limits_of(type_state const& t) const;
    std::vector<core::api::probe_view> probes_of(type_state const& t) const;
    core::api::outcome<goal> override_type(std::string const& type, std::string reason,
                                           core::type_override set);

    // supervisor_autoscale.cpp
    std::optional<core::time_point> advance_autoscaler();
    void sample();
    void decide(type_state& t);
    void credit_orphans();
    std::vector<std::string> unreachable_target(type_state const& t) const;
    static goal at_once(std::string message, std::vector<std::string> warnings);

    // supervisor_state.cpp
    void keep();
    std::map<std::string, core::kept_type> kept_types() const;
    void restore(std::map<std::string, core::kept_type> const& before);
    goal durably(goal g) const;

    // Why nothing may be changed now, if so.
    std::optional<core::api::problem> refusal() const;
    type_state const* type(std::string const& name) const;
    type_state* type(std::string const& name);
    std::vector<std::string> type_names() const;
    std::vector<process::slot*> select(std::vector<control::selector> const& what) const;
    core::api::problem unknown(std::string const& name) const;
    process::slot* slot(core::process_id const& id) const;
    std::size_t wanted_of(std::vector<control::selector> const& what) const;
    goal replaced(std::vector<process::slot*> const& what);
    core::api::progress scaled(std::vector<std::string> const& names) const;
    core::api::progress started(std::vector<control::selector> const& what, bool impatient) const;
    core::api::progress restarted(std::vector<run_ptr> const& runs) const;

    process::services& with_;
    supervisor_setting setting_;
    release::start_point start_; // emptied once it has been taken up
    std::shared_ptr<procfile::port_plan> ports_;
    std::shared_ptr<app::content> current_;
    std::map<int, core::release> history_;
    int newest_ = 1;
    int read_ = 1; // the release that the files were when they were read last
    std::optional<std::string> formation_text_;
    std::vector<type_state> types_; // in file order, dropped ones last
    operation_ptr operation_;
    app::watcher watcher_;
    std::map<std::string, app::watcher::finding> file_changes_; // by type, "": the app's own files
    std::optional<core::time_point> next_sample_; // of the autoscaler, while there is a rule
    std::shared_ptr<process::errand> phase_;      // the release phase that runs
    int live_ = 0;                                // slots
    bool prepared_ = false;                       // the release phase is over: processes may start
    bool stopping_ = false;
    bool stops_in_order_ = false; // some type comes after another
    bool failed_ = false;
    bool unkillable_ = false;
    std::optional<core::exit_status> ended_by_;
    std::vector<core::exit_status> ends_;
    core::wall_time started_at_;
    core::time_point started_{};
    bool told_ready_ = false; // the service manager
    bool told_ended_ = false; // that every process has
};

} // namespace procd::daemon
