// Rules of types, their readings of CPU, and the decisions that follow. core::autoscale decides;
// the formation is told. Without a rule there is no timer and no reading.
#pragma once

#include "procfile/config.hpp"
#include "supervisor/core/api.hpp"
#include "supervisor/core/autoscale.hpp"
#include "supervisor/core/log_line.hpp"

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

class autoscaler {
public:
    autoscaler(process::services& with, formation& of) : with_(with), formation_(of) {}

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

    // Samples and decides when that is due; when it will be due again. Nothing without a rule.
    std::optional<core::autoscale::time_point>
    advance(procfile::autoscaler_settings const& settings);
    // The autoscaler has changed a count since the last call: it has to be kept.
    bool take_rescaled() { return std::exchange(rescaled_, false); }

private:
    std::vector<type const*> ruled() const;
    void sample(std::vector<type const*> const& types, std::chrono::milliseconds window);
    void credit_orphans(std::vector<type const*> const& types);
    void decide(type const& of, procfile::autoscaler_settings const& settings);

    process::services& with_;
    formation& formation_;
    std::map<std::string, state> types_;
    std::optional<core::autoscale::time_point> next_sample_; // while there is a rule
    bool rescaled_ = false;
};

} // namespace procd::formation
