// When a command is done, and whether it went well. A goal is looked at again after every change,
// so each function takes the facts of that moment and answers with a verdict.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/core/lifecycle.hpp"
#include "supervisor/core/waiting.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace core::goal {

// One process, as far as goals look at it.
struct member {
    std::string name; // "web.1"
    int instance = 1;
    process_state state = process_state::waiting;
    bool ready = false;
    std::uint64_t generation = 0;         // that is wished
    std::uint64_t settled_generation = 0; // of what was started last
    std::optional<exit_status> last_exit;
    bool held = false;               // the wish, not the state
    std::string waits_for;           // text_of(waiting); empty when it does not wait for others
    prospect hope = prospect::comes; // of what it waits for
};

struct verdict {
    bool done = false;
    bool ok = false;
    std::string message; // how far it is, or why it failed
    bool operator==(verdict const&) const = default;
};

// When procd stops the app, every goal is done. A scale or a restart has failed then; the other
// goals are reached only if all they ask for holds at that moment.
enum class app { runs, stops };

// scale: each type has as many slots as wanted, and each of them is ready, completed or held. A
// slot that backs off, gave up, or has long waited for another process is a failure.
struct scaled_type {
    std::string name;
    int wanted = 0;
    std::vector<member> there;
};
verdict scaled(std::span<scaled_type const> types, app now);

// delete: each slot has the new incarnation that was asked for, or is gone. A held slot gets none,
// which is a failure.
struct replacement {
    std::uint64_t generation = 0; // that was asked for
    std::optional<member> there;
};
verdict replaced(std::span<replacement const> slots, app now);

// stop: every one is held.
verdict stopped(std::span<member const> there, app now);

// start, wait: `wanted` of them are ready. One that gave up, is held, or waits in vain for another
// process is a failure. For a command that started it, one that backs off or has long waited for
// another process is, too, and one that has completed well is as good as ready: whether it is seen
// while it still runs is a matter of chance.
enum class patience { short_lived, long_lived };
verdict started(std::span<member const> there, std::size_t wanted, patience for_failures, app now);

// restart: every rollout has ended well.
struct rolled_type {
    std::string name;
    int ready = 0, all = 0;
    bool done = false, ok = false;
    std::string message; // why it failed
    std::string waits;   // "web.1 waits for db.1 (starting)"; empty when none does
};
verdict restarted(std::span<rolled_type const> types, app now);

} // namespace core::goal
