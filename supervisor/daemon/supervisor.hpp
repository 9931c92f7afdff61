// Runs an app from its first process to its last: wires formation, releases, autoscaler and file
// changes together, has each of them look after every change of a fact, and ends the app.
#pragma once

#include "supervisor/core/app_exit.hpp"
#include "supervisor/daemon/listeners.hpp"
#include "supervisor/daemon/readiness.hpp"
#include "supervisor/daemon/router.hpp"
#include "supervisor/formation/autoscaler.hpp"
#include "supervisor/formation/file_changes.hpp"
#include "supervisor/formation/formation.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/release/change.hpp"
#include "supervisor/release/keeper.hpp"
#include "supervisor/release/release_phase.hpp"
#include "supervisor/release/releases.hpp"
#include "supervisor/release/start_point.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace procd::daemon {

// The surroundings of procd, beside services.
struct supervisor_setting {
    release::change::reader read_files;    // as at the start; for reload
    release::state_store* store = nullptr; // null: nothing is kept
    service_manager* manager = nullptr;    // null: there is none
    // Reload when one of these changes; each reload says anew which they are.
    std::optional<std::vector<std::string>> watched_files;
    std::vector<std::string> not_watched; // directories in which procd itself writes
    std::function<void()> before_keeping; // called before anything is kept
    listeners::passed_sockets passed;     // by systemd
    std::string files_problem;            // why a kept release is started instead of the files
};

class supervisor {
public:
    supervisor(process::services& with, release::start_point from, supervisor_setting setting);
    ~supervisor();

    // Starts the app and returns procd's exit code once all of it is over: after shutdown(), or by
    // itself where the verb or --exit-on says so.
    boost::asio::awaitable<int> run();
    // Stops every process, dependants first.
    void shutdown();
    // KILL what is left at once: a second INT, or QUIT.
    void hurry();
    // Reads the files again as soon as no change of the release is under way. `why` is for the log.
    void reload_soon(std::string why);
    void resize(os::window_size size);

    // Those who own a part of the app, for clients and signals.
    formation::formation& processes() { return formation_; }
    formation::autoscaler& autoscaler() { return autoscaler_; }
    router& front() { return router_; }
    release::releases const& history() const { return history_; }
    release::change& changes() { return change_; }
    release::keeper& kept() { return kept_; }
    // Has everything written that is to be kept, into a state directory that is new.
    void keep_all();
    core::wall_time started_at() const { return started_at_; }

private:
    app::application const& app() const { return history_.current()->app; }
    release::parts parts();
    void say_types_off();
    void act_on(formation::formation::findings const& found);
    void take_file_changes();
    void watch_files();
    std::optional<core::time_point> advance();
    bool all_over();
    void begin_shutdown();
    int exit_code() const;

    process::services& with_;
    service_manager* manager_;
    std::optional<release::start_point> start_; // until the first process may start
    formation::formation formation_;
    formation::autoscaler autoscaler_;
    formation::file_changes files_;
    listeners listeners_;
    router router_;
    release::releases history_;
    release::keeper kept_;
    release::release_phase phase_;
    release::change change_;
    readiness readiness_;
    core::wall_time started_at_;
    std::shared_ptr<app::content> watched_;   // the release whose files are watched
    std::optional<std::string> reload_asked_; // why, until the reload begins
    bool start_failed_ = false;
    bool told_all_ended_ = false;
    bool any_left_ = false;                              // an adopted process could not be killed
    core::time_point stop_limit_{};                      // of the stop, once it has begun
    std::optional<process::slot::unasked_end> ended_by_; // --exit-on
    std::vector<core::exit_status> ends_;                // when every process had ended by itself
};

} // namespace procd::daemon
