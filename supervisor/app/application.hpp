// One app as this procd runs it: the files, merged with the options and the defaults of the verb.
#pragma once

#include "procfile/app_spec.hpp"
#include "procfile/environment.hpp"
#include "procfile/front_ports.hpp"
#include "supervisor/core/app_exit.hpp"
#include "supervisor/os/launch.hpp"

#include <map>
#include <string>

namespace procd::app {

enum class verb { up, serve };

// Everything in which `up` and `serve` differ, in ONE table; the README and procd(1) show the same.
// Each default can be set explicitly in either.
struct verb_defaults {
    char const* name;
    int web_count, other_count; // formation
    procfile::restart_policy restart;
    bool terminals;       // each process gets a pty of its own, when procd is on a terminal
    os::stdin_kind input; // the stdin of a process without a pty
    bool log_files;       // processes have log files under the state directory
    bool keeps_state;     // counts, rules, holds and releases outlive procd
    std::chrono::milliseconds hold;  // of requests while no process is ready
    std::chrono::milliseconds drain; // of the requests of a process that is to stop
    bool fronted_types_surge; // a rollout of a type with a front port starts the new ones first
    bool ends_when_all_ended; // procd ends once every process is completed or crashed
};
verb_defaults const& defaults_of(verb v);

struct application {
    procfile::app_spec spec;
    std::string name, root, socket;
    std::string own_name; // the name without -a
    // Where the app's state is unless $STATE_DIRECTORY says otherwise: the root, or the directory
    // of the link `current` by which the root was given.
    std::string home;
    bool by_current_link = false;
    verb started_as = verb::up;
    procfile::variables own_environment;
    procfile::restart_policy restart =
        procfile::restart_policy::on_failure;       // for types that set none
    std::chrono::milliseconds stop_timeout{30'000}; // for types that set none
    bool terminals = false;                         // for types that set none
    core::exit_on exit_on = core::exit_on::never;
    int base_port = 5000;
    std::map<std::string, int> counts;              // how many processes of each type a start has
    std::map<std::string, os::user_identity> users; // the users that procd.toml names
    procfile::given_fronts listen;                  // --listen, already in the spec
};

// How long requests wait while no process of the type is ready, and how long a process of the type
// may finish its requests before its stop signal.
std::chrono::milliseconds hold_of(application const& app, procfile::type_settings const& of);
std::chrono::milliseconds drain_of(application const& app, procfile::type_settings const& of);

// The user that the router becomes, if procd is root and [front] names no other.
inline constexpr char const* usual_router_user = "nobody";
// The file of the router's error page, and the bytes that it may have.
inline constexpr std::size_t largest_error_page = 64 << 10;
std::string error_page_path(application const& app, std::string const& as_written);
// Tells whether procd starts a router: a type listens and does not leave that to its processes.
bool has_router(procfile::app_spec const& spec);

} // namespace procd::app
