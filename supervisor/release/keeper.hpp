// What is kept over procd's end beside the releases: counts, holds and rules, gathered from those
// who own them.
#pragma once

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
    // A ticket for what has been asked for so far, and whether the disk has it.
    std::uint64_t ticket() const;
    bool durable(std::uint64_t ticket) const;
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
