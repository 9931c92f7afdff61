// A change of the release that runs: reload, rollback, and settings made by command. One at a time;
// checked whole, then carried out by a coroutine in named steps (change.cpp).
#pragma once

#include "supervisor/app/loader.hpp"
#include "supervisor/core/api.hpp"
#include "supervisor/core/kept_state.hpp"
#include "supervisor/core/release.hpp"
#include "supervisor/core/start_settings.hpp"
#include "supervisor/release/releases.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::formation {
class autoscaler;
class formation;
class rollout;
} // namespace procd::formation

namespace procd::process {
struct services;
}

namespace procd::release {

class keeper;
class release_phase;

// Those who have a part in a change; all outlive it.
struct parts {
    process::services& with;
    formation::formation& formation;
    formation::autoscaler& autoscaler;
    releases& history;
    keeper& kept;
    release_phase& phase;
    std::shared_ptr<procfile::port_plan> ports;
};

// The app is this release from now on: what clients see, and what the next processes are made of.
// A process that runs goes on until a rollout replaces it.
void adopt(parts const& with, std::shared_ptr<app::content> next,
           std::map<std::string, int> const& release_of);

// One change, from its beginning on; goals look at it.
struct operation {
    bool done = false, ok = false;
    std::string message;
    std::vector<std::string> lines; // the last ones of what did not become ready
    std::vector<procfile::type_change> changes;
    std::vector<std::string> warnings; // what only the next start of procd applies
    enum class source { files, command } from = source::command;
    std::shared_ptr<formation::rollout> run; // that is under way
    std::uint64_t ticket = 0;                // of the disk: what the result stands on
};

class change {
public:
    using reader = std::function<boost::system::result<app::loaded, app::load_error>()>;

    // `read_files` reads the files as at the start. `watched`: whether the app's own files are
    // watched, and which they are.
    // `files_problem` as at the start.
    change(parts with, reader read_files, std::optional<std::vector<std::string>> watched,
           std::string files_problem);

    // Each returns the operation that has begun; the problem says why none has, and nothing has
    // changed then.
    using begun = core::api::outcome<std::shared_ptr<operation>>;
    begun reload(core::api::losses may);
    begun rollback(std::string const& name); // empty: to the release before
    begun set_limits(std::string const& type, core::limits_override const& limits);
    using probes = std::map<procfile::probe_kind, std::optional<procfile::probe_settings>>;
    begun set_probes(std::string const& type, probes const& set);

    // As reload(), with the reason and the result in the log: HUP, a changed file.
    void reload_because(std::string const& why);
    core::api::outcome<core::api::release_plan> plan_reload(core::api::losses may) const;

    bool under_way() const { return operation_ != nullptr; }
    // Why the files cannot be used, when procd has started a kept release instead; empty from the
    // first reload on that takes them up.
    std::string const& files_problem() const { return files_problem_; }
    std::uint64_t count() const { return count_; } // of operations that have begun
    core::api::progress look(operation const& op) const;
    // The app's own files that are to be watched now.
    std::optional<std::vector<std::string>> const& watched() const { return watched_; }

private:
    struct reading {
        core::release next;
        app::application base;
        std::vector<std::string> sources;
        std::vector<std::string> warnings;
    };
    core::api::outcome<reading> read_again(core::api::losses may) const;
    std::optional<core::api::problem> refusal(app::loaded const& seen, core::api::losses may) const;
    begun begin(core::release next, app::application const& base, operation::source from,
                std::vector<std::string> warnings = {});
    begun override_type(std::string const& type, std::string reason, core::type_override set);

    // The steps.
    struct before {
        std::shared_ptr<app::content> content;
        std::map<std::string, int> release_of;
        releases::numbers numbers;
        std::map<std::string, core::kept_type> types;
    };
    boost::asio::awaitable<void> carry_out(std::shared_ptr<operation> op,
                                           std::shared_ptr<app::content> next);
    before remember() const;
    void take_up_without_release(operation& op, app::content& next, before const& was);
    void number(operation const& op, app::content& next);
    void fail_phase(operation& op, app::content& next, before const& was);
    void take_up(operation const& op, std::shared_ptr<app::content> const& next, before const& was,
                 std::vector<std::string> const& touched);
    // To the release that is taken up, or to the one that is put back.
    enum class direction { forward, back };
    boost::asio::awaitable<std::string> roll_all(std::shared_ptr<operation> op,
                                                 std::vector<std::string> types, direction where);
    void put_back(app::content& failed, before const& was, std::string const& failure);
    void succeed(operation& op, std::string message);
    void fail(operation& op, std::string message);
    void end(operation& op, std::string message);
    void take_counts(std::vector<procfile::type_change> const& changes);

    parts with_;
    core::start_settings const started_with_;
    reader read_files_;
    std::optional<std::vector<std::string>> watched_;
    std::string files_problem_;
    std::shared_ptr<operation> operation_;
    std::uint64_t count_ = 0;
};

} // namespace procd::release
