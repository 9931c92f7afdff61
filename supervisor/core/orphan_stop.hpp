// How procd ends, at its own end, the processes that it has adopted as a subreaper and that belong
// to no process: TERM and CONT once to each, at the deadline KILL to all that live, again each
// second, and ten seconds after the first KILL it gives them up. The class is pure: the time and
// the facts come in, actions go out.
#pragma once

#include "supervisor/core/lifecycle.hpp"

#include <optional>
#include <variant>

namespace core {

class orphan_stop {
public:
    // KILL begins at the deadline.
    explicit orphan_stop(time_point deadline) : deadline_(deadline) {}

    struct facts {
        time_point now;
        bool any = false;     // some of them live
        bool any_new = false; // some of them have had no signal yet
        bool hurried = false; // the user does not wait: KILL at once
    };
    // TERM and CONT to those that have had no signal yet.
    struct terminate {
        bool operator==(terminate const&) const = default;
    };
    // KILL to all.
    struct kill {
        bool operator==(kill const&) const = default;
    };
    // None lives any more.
    struct all_gone {
        bool operator==(all_gone const&) const = default;
    };
    // Name those that live, and leave them alone.
    struct give_up {
        bool operator==(give_up const&) const = default;
    };
    using action = std::variant<terminate, kill, all_gone, give_up, wait_until>;

    // The next action. Call it again after each action, and when a fact may have changed.
    action step(facts const& seen);

private:
    time_point deadline_;
    std::optional<time_point> next_kill_, give_up_;
};

} // namespace core
