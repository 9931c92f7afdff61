// Owns the formation: which processes there should be, and the ones there are. Implements what the
// control socket may ask.
#pragma once

#include "supervisor/daemon/app.hpp"
#include "supervisor/daemon/condition.hpp"
#include "supervisor/daemon/control_api.hpp"
#include "supervisor/daemon/planner.hpp"
#include "supervisor/daemon/process.hpp"
#include "supervisor/daemon/services.hpp"
#include "supervisor/daemon/wakeup.hpp"

#include <exception>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

namespace procd {

class supervisor final : public control_api {
public:
    supervisor(services& with, app what);
    ~supervisor() override;

    // Starts the formation and returns procd's exit code once all of it is over: after shutdown(),
    // or by itself where the verb or --exit-on says so.
    boost::asio::awaitable<int> run();
    // KILL what is left at once: a second INT, or QUIT.
    void hurry();
    // Looks for ended children: SIGCHLD arrived.
    void reap();
    void resize(os::window_size size);
    bool stopping() const { return stopping_; }

    core::api::status_view status() const override;
    core::api::outcome<std::vector<core::api::process_view>>
    processes(std::optional<std::string> only) const override;
    core::api::outcome<core::api::process_detail>
    describe(core::process_id const& id) const override;
    core::api::outcome<std::vector<core::api::type_view>>
    types(std::optional<std::string> only) const override;
    std::map<std::string, int> formation() const override;
    core::api::outcome<selector> find(std::string const& name) const override;

    core::api::outcome<goal> scale(std::vector<procfile::change> const& changes) override;
    core::api::outcome<goal> restart(std::vector<selector> const& what) override;
    core::api::outcome<goal> remove(std::vector<selector> const& what) override;
    core::api::outcome<goal> stop(std::vector<selector> const& what) override;
    core::api::outcome<goal> start(std::vector<selector> const& what) override;
    core::api::outcome<goal> wait_ready(selector const& what) override;
    core::api::outcome<void> signal(core::process_id const& id, int number) override;
    void shutdown() override;
    boost::asio::awaitable<void> changed() override;

private:
    struct type_state {
        procfile::type_spec spec;
        int wanted = 0;
        std::set<int> held;
        std::map<int, std::unique_ptr<process>> slots;
    };

    void reconcile();
    void reconcile(type_state& type);
    void reconcile_starts();
    void guardian_ended();
    void open_slot(type_state& type, int instance, bool may_start);
    void over(core::process_id const& id, std::exception_ptr const& failure);
    void ended_by_itself(process& p, core::exit_status const& status);
    void note_change();
    bool all_ended() const;
    bool type_ready(std::string const& name) const;
    void begin_shutdown();
    int exit_code() const;

    type_state const* type(std::string const& name) const;
    std::vector<process*> select(std::vector<selector> const& what) const;
    core::api::problem unknown(std::string const& name) const;
    process* slot(core::process_id const& id) const;
    std::size_t wanted_of(std::vector<selector> const& what) const;
    goal replaced(std::vector<process*> const& what, bool until_ready);
    core::api::progress scaled(std::vector<std::string> const& names) const;
    core::api::progress started(std::vector<selector> const& what, bool impatient) const;

    services& with_;
    app app_;
    planner plans_;
    std::vector<type_state> types_;                           // in file order
    std::unordered_map<int, services::child_watch> children_; // by pid, until they are reaped
    int live_ = 0;                                            // process coroutines that run
    wakeup wake_;
    condition changed_;
    bool stopping_ = false;
    bool failed_ = false;
    bool unkillable_ = false;
    std::optional<core::exit_status> ended_by_;
    std::vector<core::exit_status> ends_;
    core::wall_time started_at_;
};

} // namespace procd
