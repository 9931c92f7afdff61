#include "supervisor/core/routing.hpp"

namespace core {

routing changed(routing from, routing_change const& by)
{
    return {by.paused.value_or(from.paused), by.disabled.value_or(from.disabled)};
}

std::vector<routing_event> events_of(std::string const& type, routing before, routing after)
{
    std::vector<routing_event> all;
    if (before.paused != after.paused)
        all.push_back(after.paused ? routing_event{"paused", type + " is paused; requests wait"}
                                   : routing_event{"resumed", type + " is not paused any more"});
    if (before.disabled != after.disabled)
        all.push_back(after.disabled
                          ? routing_event{"disabled",
                                          type + " is disabled; requests get the maintenance page"}
                          : routing_event{"enabled", type + " is not disabled any more"});
    return all;
}

std::vector<std::string> notes_of(routing_change const& by, routing before)
{
    std::vector<std::string> notes;
    if (by.paused == before.paused)
        notes.push_back(by.type + (before.paused ? " was paused already" : " was not paused"));
    if (by.disabled == before.disabled)
        notes.push_back(by.type +
                        (before.disabled ? " was disabled already" : " was not disabled"));
    return notes;
}

std::string_view to_string(routing_state s)
{
    switch (s) {
    case routing_state::open:
        return "open";
    case routing_state::paused:
        return "paused";
    case routing_state::disabled:
        return "disabled";
    case routing_state::scaled_to_0:
        return "scaled to 0";
    case routing_state::stopped:
        return "stopped";
    case routing_state::crashed:
        return "crashed";
    case routing_state::not_listening:
        return "not listening";
    case routing_state::no_router:
        return "no router";
    case routing_state::starting:
        return "starting";
    case routing_state::stopping:
        return "stopping";
    }
    return "";
}

// The first answer hides the rest: a request that reaches nobody is not paused. The settings are
// looked at in the order of the router's admission.
routing_state state_of(routing_facts const& facts)
{
    switch (facts.app) {
    case routing_facts::phase::starting:
        return routing_state::starting;
    case routing_facts::phase::stopping:
        return routing_state::stopping;
    case routing_facts::phase::running:
        break;
    }
    if (!facts.listening)
        return routing_state::not_listening;
    if (facts.who == routing_facts::acceptor::router) {
        if (!facts.router_runs)
            return routing_state::no_router;
        if (facts.set.disabled)
            return routing_state::disabled;
        if (facts.set.paused)
            return routing_state::paused;
    }
    if (facts.wanted == 0)
        return routing_state::scaled_to_0;
    if (facts.held >= facts.wanted)
        return routing_state::stopped;
    return facts.over ? routing_state::crashed : routing_state::open;
}

namespace {

std::string words_of(routing set)
{
    if (set.paused && set.disabled)
        return "paused and disabled";
    return set.paused ? "paused" : set.disabled ? "disabled" : "neither paused nor disabled";
}

} // namespace

std::string summary_of(std::string const& type, routing set, routing_state now)
{
    auto const is = type + " is ";
    auto const but = is + words_of(set) + ", but ";
    switch (now) {
    case routing_state::open:
        return is + "open: its requests go to its processes";
    case routing_state::paused:
        return is +
               "paused: its requests wait for up to 30s, then get 503; procctl routing resume " +
               type + " ends that";
    case routing_state::disabled:
        return is +
               "disabled: its requests get 503 and the maintenance page; procctl routing enable " +
               type + " ends that" + (set.paused ? "; it is paused, too" : "");
    case routing_state::scaled_to_0:
        return but + "scaled to 0: its requests get 503";
    case routing_state::stopped:
        return but + "stopped: its requests get 503";
    case routing_state::crashed:
        return but + "its processes have ended and are not started again: its requests get 503";
    case routing_state::not_listening:
        return but + "none of its addresses is open now";
    case routing_state::no_router:
        return but + "no router runs now; the next one begins with that";
    case routing_state::starting:
        return but + "nothing has been started yet";
    case routing_state::stopping:
        return but + "the app is being stopped";
    }
    return "";
}

} // namespace core
