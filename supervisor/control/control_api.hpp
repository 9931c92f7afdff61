// The calls that the control server may make: the supervisor as clients see it. There is one
// thread, so nothing here locks.
#pragma once

#include "procfile/formation.hpp"
#include "supervisor/core/api.hpp"
#include "supervisor/core/autoscale.hpp"
#include "supervisor/core/process_id.hpp"
#include "supervisor/core/release.hpp"
#include "supervisor/core/routing.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::process {
class exec_session;
struct exec_request;
} // namespace procd::process

namespace procd::control {

using core::selector;

// Implemented by daemon/app_api. A command checks its whole input first, and changes nothing when
// it returns a problem. When it returns a `goal`, the change has been made and is under way.
class control_api {
public:
    // The state that a command waits for. The session calls look() after every change, until the
    // progress is `done`.
    struct goal {
        std::function<core::api::progress()> look;
        // True once the change is on the disk, or could not be written, which look() tells. Then a
        // client may be told of it. Absent: the client may be told at once.
        std::function<bool()> accepted = {};
    };

    virtual ~control_api() = default;

    // Facts. A problem (404) names the process or type that is unknown.
    virtual core::api::status_view status() const = 0;
    // CPU and memory are measured only on request: that reads files of each process.
    enum class usage { measured, left_out };
    virtual core::api::outcome<std::vector<core::api::process_view>>
    processes(std::optional<std::string> type, usage wanted) const = 0;
    virtual core::api::outcome<core::api::process_detail>
    describe(core::process_id const& id) const = 0;
    virtual core::api::outcome<std::vector<core::api::type_view>>
    types(std::optional<std::string> type) const = 0;
    virtual std::map<std::string, int> formation() const = 0;
    // The selector of "web" or "web.1". The problem (404, "did you mean") names the unknown part.
    virtual core::api::outcome<selector> find(std::string const& name) const = 0;

    // Commands. `stop` holds processes down, `start` lets them run again, `remove` is ps:delete,
    // and `restart` of an empty selection restarts all types.
    virtual core::api::outcome<goal> scale(std::vector<procfile::change> const& changes) = 0;
    virtual core::api::outcome<goal>
    restart(std::vector<selector> const& selected) = 0; // empty: all types
    virtual core::api::outcome<goal> remove(std::vector<selector> const& selected) = 0; // ps:delete
    virtual core::api::outcome<goal> stop(std::vector<selector> const& selected) = 0;   // hold down
    virtual core::api::outcome<goal>
    start(std::vector<selector> const& selected) = 0; // let run again
    virtual core::api::outcome<goal> wait_ready(selector const& selected) = 0;
    virtual core::api::outcome<void> signal(core::process_id const& id, int number) = 0;
    // Starts a command beside a process. The session that it returns speaks to the client.
    virtual core::api::outcome<std::shared_ptr<process::exec_session>>
    exec(core::process_id const& id, process::exec_request request) = 0;

    // Releases: all of them, newest first; one by its name, "v3"; the changes that a reload would
    // make; and the two commands that make another release run.
    virtual std::vector<core::api::release_view> releases() const = 0;
    virtual core::api::outcome<core::api::release_detail>
    release(std::string const& name) const = 0;
    virtual core::api::outcome<core::api::release_plan>
    plan_reload(core::api::losses may) const = 0;
    virtual core::api::outcome<goal> reload(core::api::losses may) = 0;
    virtual core::api::outcome<goal> rollback(std::string const& name) = 0; // empty: the one before

    virtual core::api::outcome<core::api::type_detail>
    describe_type(std::string const& type) const = 0;
    virtual std::vector<core::api::limits_view> limits() const = 0;
    virtual std::vector<core::api::probe_view> probes() const = 0;
    // Settings. Each command makes a release and rolls it out.
    virtual core::api::outcome<goal> set_limits(std::string const& type,
                                                core::limits_override const& limits) = 0;
    using probes_change = std::map<procfile::probe_kind, std::optional<procfile::probe_settings>>;
    virtual core::api::outcome<goal> set_probes(std::string const& type,
                                                probes_change const& probes) = 0;

    virtual std::vector<core::api::autoscale_view> autoscale_rules() const = 0;
    virtual core::api::outcome<std::vector<core::api::decision_view>>
    autoscale_decisions(std::string const& type) const = 0; // oldest first
    virtual core::api::outcome<goal> set_autoscale(std::string const& type,
                                                   core::autoscale::rule const& rule) = 0;
    virtual core::api::outcome<goal> unset_autoscale(std::string const& type) = 0;

    // The front ports of all types that have one, or of one type. The router is asked for the
    // figures: `complete` once it has answered or cannot. `make` may be called before, and leaves
    // the figures out then.
    struct routing_answer {
        std::function<bool()> complete;
        std::function<std::vector<core::api::routing_view>()> make;
    };
    virtual core::api::outcome<routing_answer> routing(std::optional<std::string> type) = 0;
    // Pauses or disables the requests of types, or ends that.
    virtual core::api::outcome<goal>
    set_routing(std::vector<core::routing_change> const& changes) = 0;

    // Begins to stop the app.
    virtual void shutdown() = 0;

    // Suspends until any of these facts may have changed, or procd stops.
    virtual boost::asio::awaitable<void> changed() = 0;
};

} // namespace procd::control
