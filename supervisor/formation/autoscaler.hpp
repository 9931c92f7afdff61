// Rules of types, their readings of CPU use and of requests in flight, and the decisions that
// follow. core::autoscale decides; the formation is told. Without a rule there is no timer and no
// reading, and without a rule by requests the front port is not asked.
#pragma once

#include "procfile/config.hpp"
#include "supervisor/core/api.hpp"
#include "supervisor/core/autoscale.hpp"
#include "supervisor/core/log_line.hpp"
#include "supervisor/core/request_load.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace procd::process {
struct services;
class slot;
} // namespace procd::process

namespace procd::formation {

class formation;
struct type;

// The front port, as far as the autoscaler needs it.
struct load_source {
    enum class asked { yes, nobody_there };
    // Asks for the load of all types. services::changed tells that the answer has come.
    std::function<asked()> ask;
    // The answer to the last question, by the names of the types. Absent: it has not come yet.
    using loads = std::map<std::string, core::load_sums>;
    std::function<std::optional<loads>()> answer;
};

class autoscaler {
public:
    autoscaler(process::services& with, formation& of, load_source front)
        : with_(with), formation_(of), front_(std::move(front))
    {
    }

    struct decided {
        core::wall_time at;
        core::autoscale::decision made; // its inputs, result and reason
    };
    struct state {
        std::optional<core::autoscale::rule> rule;
        std::optional<core::wall_time> last_rescale; // by the autoscaler
        std::vector<decided> decisions;              // the last 100, oldest first
    };

    // Checks and sets a type's rule; its bounds hold at once. The problem (422) says what is wrong
    // with the rule.
    core::api::outcome<void> set(std::string const& type, core::autoscale::rule const& rule);
    void unset(std::string const& type);
    // Sets the rule that a file or the kept state gives; decisions stay.
    void restore(std::string const& type, std::optional<core::autoscale::rule> rule,
                 std::optional<core::wall_time> last_rescale);
    void restore_rule(std::string const& type, std::optional<core::autoscale::rule> rule);
    state const& of(std::string const& type) const;

    // Samples and decides when that is due; when it will be due again. Nothing without a rule. With
    // a rule by requests the decision waits for the front port's answer, for a second at most.
    std::optional<core::autoscale::time_point>
    advance(procfile::autoscaler_settings const& settings);
    // The autoscaler has changed a count since the last call: it has to be kept.
    bool take_rescaled() { return std::exchange(rescaled_, false); }

private:
    using target = std::optional<int> core::autoscale::rule::*;
    std::vector<type const*> ruled() const;
    // The types whose rule has this target.
    std::vector<type const*> ruled_by(target which) const;
    void rest();
    void forget_loads();
    void sample(core::autoscale::time_point now, procfile::autoscaler_settings const& settings);
    bool loads_are_known(core::autoscale::time_point now, std::chrono::milliseconds window);
    void note_loads(load_source::loads const* told, std::chrono::milliseconds window);
    core::autoscale::measured facts_of(type const& of, std::chrono::milliseconds window) const;
    void decide(type const& of, procfile::autoscaler_settings const& settings);
    void apply(type const& of, core::autoscale::decision const& made);

    process::services& with_;
    formation& formation_;
    load_source front_;
    std::map<std::string, state> types_;
    std::map<std::string, core::load_history> loads_;        // of types with a rule by requests
    std::optional<core::autoscale::time_point> next_sample_; // while there is a rule
    // While an answer of the front port is waited for: until when. A decision is due then.
    std::optional<core::autoscale::time_point> answer_due_;
    bool rescaled_ = false;
};

} // namespace procd::formation
