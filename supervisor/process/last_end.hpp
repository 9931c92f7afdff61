// How the last incarnation of a slot ended, as people and clients are told: once, after its last
// lines and with what comes next.
#pragma once

#include "supervisor/core/api.hpp"
#include "supervisor/core/exit_status.hpp"
#include "supervisor/core/lifecycle.hpp"
#include "supervisor/output/event_log.hpp"

#include <optional>
#include <string>
#include <vector>

namespace procd::process {

class incarnation;

class last_end {
public:
    // The incarnation has ended and `exit()` says how.
    void note(incarnation const& of);
    // The end that is to come was asked for, by a command or a release: no failure is reported.
    void ask(bool asked) { asked_ = asked; }

    bool unsaid() const { return unsaid_; }
    // The words to be said now, and the event's facts; after this call it has been said.
    struct report {
        std::string text;
        std::vector<output::event_fact> facts;
        bool asked = false;
    };
    report take_report(core::lifecycle_status const& next, std::vector<std::string> last_lines);

    std::optional<core::exit_status> const& exit() const { return exit_; }
    std::optional<core::api::last_exit> const& view() const { return view_; }

private:
    std::optional<core::exit_status> exit_;
    std::optional<core::api::last_exit> view_;
    core::time_point at_{};
    bool unsaid_ = false;
    bool asked_ = false;
};

} // namespace procd::process
