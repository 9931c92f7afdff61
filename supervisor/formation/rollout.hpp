// The replacement of a type's processes: core::rollout decides, this starts surge processes and
// stops what is old. Goals and releases look at it.
#pragma once

#include "supervisor/core/rollout.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace procd::process {
struct services;
class slot;
} // namespace procd::process

namespace procd::formation {

class formation;
struct type;

class rollout {
public:
    // Which processes, and which of them are new already.
    struct scope {
        std::optional<std::set<int>> only = {}; // absent: all of the type
        enum class fresh { none, of_the_release };
        fresh already = fresh::none;
        core::rollout::purpose why = core::rollout::purpose::known_release;
    };
    rollout(process::services& with, scope what);

    std::string const& type_name() const { return type_; }
    core::rollout::progress const& so_far() const { return progress_; }
    bool over() const { return over_.has_value(); }
    bool ok() const { return over_ == result::ok; }
    std::string const& message() const { return message_; }
    // The last lines of the process that did not become ready.
    std::vector<std::string> const& lines() const { return lines_; }
    bool concerns(int instance) const { return !scope_.only || scope_.only->contains(instance); }
    // The slot is kept above those that are wanted. Nothing is kept once the rollout is over.
    bool surges(int instance) const { return !over() && surge_.contains(instance); }
    std::set<int> surge() const { return over() ? std::set<int>{} : surge_; }

    // No client waits for it: a failure is said in the log.
    void unattended() { attended_ = false; }
    void begin(type const& of);
    // A slot that is opened during the rollout counts as new, and so does a slot that was held down
    // when the rollout began.
    void opened(process::slot const& slot);
    // Takes the next steps; when to look again without any change. Only while it is not over.
    std::optional<core::rollout::time_point> advance(formation& all, type const& of);
    // Ends it, unless it has ended before.
    enum class result { ok, failed };
    void end(result r, std::string message);

private:
    std::vector<core::rollout::candidate> candidates(formation const& all, type const& of) const;
    core::rollout::candidate candidate_of(formation const& all, type const& of,
                                          process::slot const& slot) const;
    bool is_new(type const& of, process::slot const& slot) const;
    core::rollout::predecessor before(type const& of, int instance) const;
    void add_surge(type const& of, int count);
    void stop(type const& of, std::vector<int> const& instances);
    void conclude(formation const& all, type const& of, core::rollout::finding const& found);
    std::string how_far() const;
    void give_up(type const& of, int instance, std::string const& why);
    void give_up(type const& of, int instance, std::string const& why, std::string const& found);

    process::services& with_;
    scope scope_;
    std::string type_;
    std::map<int, std::uint64_t> fresh_; // instance -> generation from which on it is new
    std::map<int, core::rollout::predecessor> replaced_; // by instance
    bool any_ran_ = false;                               // when it began
    std::set<int> surge_; // the slots that it keeps above those that are wanted
    core::rollout::progress progress_;
    std::optional<result> over_;
    std::string message_;
    std::vector<std::string> lines_;
    bool attended_ = true;
};

// All rollouts that are under way take their next steps; when to look again at the latest.
std::optional<core::rollout::time_point> advance_rollouts(formation& all);

} // namespace procd::formation
