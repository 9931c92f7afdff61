// Which processes there should be, and the slots there are. The only writer of a type's count.
#pragma once

#include "procfile/app_spec.hpp"
#include "supervisor/app/content.hpp"
#include "supervisor/core/api.hpp"
#include "supervisor/core/kept_state.hpp"
#include "supervisor/core/process_id.hpp"
#include "supervisor/core/routing.hpp"
#include "supervisor/core/waiting.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/process/slot.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace procd::process {
struct services;
}

namespace procd::formation {

class rollout;

struct type {
    procfile::type_spec spec;
    std::shared_ptr<app::content> from; // what its next processes are made of
    int release = 1;                    // the one that changed it last
    bool dropped = false;               // no longer in the files: it is on its way out
    int wanted = 0;
    std::set<int> held;
    core::routing routing;         // of its front port
    std::shared_ptr<rollout> roll; // the last one; it may be over
    std::map<int, std::unique_ptr<process::slot>> slots;
};

// The app's life: nothing starts before the release phase is over, nothing after the stop began.
enum class phase { preparing, running, stopping };

// Who sets a count; the event tells it.
enum class origin { command, autoscaler, files, put_back };

// Words and further facts for the event of a new count.
struct reason {
    std::string text = {};
    std::vector<output::event_fact> facts = {};
};

class formation {
public:
    explicit formation(process::services& with);
    ~formation();

    phase now() const { return phase_; }
    bool stopping() const { return phase_ == phase::stopping; }
    // In file order, those that are dropped last.
    std::vector<type> const& types() const { return types_; }
    // A type of the present files; null: there is none of this name.
    type const* find(std::string const& name) const;
    std::vector<std::string> names() const;
    // One process of the present files; null: there is none.
    process::slot* slot(core::process_id const& id) const;
    // The slots that are wanted, of all types when nothing is selected; not those of a surge.
    std::vector<process::slot*> select(std::vector<core::selector> const& which) const;
    // How many of what is selected should run: a type's count, one for a process.
    std::size_t wanted_of(std::vector<core::selector> const& which) const;
    // "web" or "web.1" to a selector; the problem names what is unknown.
    core::api::outcome<core::selector> parse(std::string const& name) const;
    core::api::problem unknown(std::string const& name) const;
    // The processes that this one waits for.
    core::waiting waits_for(process::slot const& of) const;
    // The names of all processes of types that are being rolled out.
    std::set<std::string> rolling() const;
    void each_slot(std::function<void(process::slot&)> const& call) const;
    // The terminals of the processes follow the size of procd's own.
    void resize_terminals();

    // Takes up a release's types. What runs goes on as it is until a rollout replaces it. Types
    // that are new, or back again, start at `counts`, and a front port that is new begins open.
    void adopt(std::shared_ptr<app::content> next, std::map<std::string, int> const& release_of,
               std::map<std::string, int> const& counts);
    // A type's count, with its event; the slots follow at the next reconcile().
    void set_wanted(std::string const& name, int wanted, origin by, reason why = {});
    // Holds a process down, or lets it run again.
    void hold(core::process_id const& id);
    void let_run(core::process_id const& id);
    // Sets a command's wish about the type's front port, with its events. No effect on a type that
    // has none.
    void set_routing(std::string const& name, core::routing to);
    // The same as it was before, with no event.
    void restore_routing(std::string const& name, core::routing to);
    // Counts and holds as they were, with no event of their own.
    void restore(std::map<std::string, core::kept_type> const& before);
    // Starts a rollout of a type; one that is under way ends as failed.
    std::shared_ptr<rollout> roll(std::string const& name, std::shared_ptr<rollout> made);

    void begin_running();
    // Every slot is stopped, dependants first, KILL no later than `limit`.
    void begin_stop(core::time_point limit);
    // KILL now, whatever depends on what.
    void hurry();
    // Brings the slots there are to the slots there should be.
    void reconcile();
    // Acts on what the slots say: takes off those that are over, starts what others waited for. One
    // look of the supervisor's.
    struct findings {
        std::vector<std::pair<core::process_id, process::slot::unasked_end>> unasked_ends;
        std::vector<std::pair<core::process_id, std::exception_ptr>> failures;
    };
    findings look();

    bool any_slot() const;
    bool any_running() const;
    // Something was there, and nothing will happen by itself any more.
    bool all_at_rest() const;
    bool gave_up() const { return gave_up_; } // something could not be killed
    std::chrono::milliseconds longest_stop() const;
    // "web.2, worker.1": wanted, not ready and not completed.
    std::string not_ready() const;

private:
    type* find_any(std::string const& name);
    type* find_fronted(std::string const& name);
    void reconcile(type& of);
    void open_slot(type& of, int instance, bool may_start);
    bool take_off(type& of);
    bool type_ready(std::string const& name) const;
    bool may_start(type const& of) const;
    // The addresses whose sockets the type's processes get, and which are not open.
    std::vector<std::string> shut_addresses(type const& of) const;
    bool has_dependants(std::string const& name) const;

    process::services& with_;
    std::vector<type> types_;
    phase phase_ = phase::preparing;
    bool stops_in_order_ = false; // some type comes after another
    bool any_gets_sockets_ = false;
    bool gave_up_ = false;
};

// Every process of the type has ended, and none starts again by itself. False without a process.
bool all_at_rest(type const& t);

} // namespace procd::formation
