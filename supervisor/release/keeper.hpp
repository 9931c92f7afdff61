// Keeps counts, holds and rules over procd's end, beside the releases. It gathers them from those
// who own them.
#pragma once

#include "supervisor/core/api.hpp"
#include "supervisor/core/kept_state.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace procd::formation {
class autoscaler;
class formation;
} // namespace procd::formation

namespace procd::release {

class releases;
class state_store;

class keeper {
public:
    struct setting {
        state_store* store = nullptr;              // null: nothing is kept
        std::optional<std::string> formation_text; // what the command line says of counts
        std::function<void()> before;              // called before each keep()
    };
    keeper(releases const& numbers, formation::formation const& counts,
           formation::autoscaler const& rules, setting with);

    // Asks for the present state to be written.
    void keep();
    std::map<std::string, core::kept_type> types() const;
    // A ticket for what has been asked for so far.
    std::uint64_t ticket() const;
    // Tells whether the first attempt to write it is over, well or not.
    bool tried(std::uint64_t ticket) const;
    // The progress of a change that is kept under this ticket. It is not done before it was tried,
    // and it says so, and fails, when it could not be written.
    core::api::progress judged(core::api::progress p, std::uint64_t ticket) const;
    // Why what is to be kept is not on the disk, if so.
    std::optional<std::string> not_kept() const;
    bool keeps() const { return store_ != nullptr; }

private:
    releases const& releases_;
    formation::formation const& formation_;
    formation::autoscaler const& autoscaler_;
    state_store* store_;
    std::optional<std::string> formation_text_;
    std::function<void()> before_;
};

} // namespace procd::release
