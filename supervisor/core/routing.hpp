// The settings of `procctl routing pause` and its like for a type's requests at the front port, the
// state that results from them and from the facts, and the words for both. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

// A type may be both paused and disabled. It is disabled then, and paused again afterwards, so that
// a script that pauses and resumes does not end the maintenance that somebody else has begun.
struct routing {
    bool paused = false;   // requests wait
    bool disabled = false; // requests get 503 and the maintenance page
    bool operator==(routing const&) const = default;
};

// The change that a command makes; an absent value stays as it is.
struct routing_change {
    std::string type;
    std::optional<bool> paused, disabled;
    bool operator==(routing_change const&) const = default;
};

routing changed(routing from, routing_change const& by);

// An event about a type: its kind, and the words for people.
struct routing_event {
    std::string kind, message;
    bool operator==(routing_event const&) const = default;
};
std::vector<routing_event> events_of(std::string const& type, routing before, routing after);

// Sentences for a user who has asked for what is so already.
std::vector<std::string> notes_of(routing_change const& by, routing before);

// The state of a type's requests.
enum class routing_state {
    open,          // they are passed on
    paused,        // they wait
    disabled,      // they get the maintenance page
    scaled_to_0,   // they get 503 at once
    stopped,       // the same, because a user has stopped every process
    crashed,       // they get 503, because every process has ended and none is started again
    not_listening, // no address of the type could be opened
    no_router,     // clients wait to be accepted until the router is there again
    starting,      // the addresses are opened when the release phase is over
    stopping       // the addresses are closed, because the app is being stopped
};
std::string_view to_string(routing_state s);

struct routing_facts {
    enum class phase { starting, running, stopping };
    // Who accepts: the router, or every process by itself (share = "listen_fds").
    enum class acceptor { router, processes };

    phase app = phase::running;
    acceptor who = acceptor::router;
    bool listening = true; // at least one address is open
    bool router_runs = true;
    routing set;
    int wanted = 1, held = 0; // processes
    bool over = false;        // each process has ended and is not started again
};
routing_state state_of(routing_facts const& facts);
// A sentence on the state of the type's requests after a command has set this, and on its end.
std::string summary_of(std::string const& type, routing set, routing_state now);

} // namespace core
