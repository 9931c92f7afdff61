// One app as this procd runs it: the files merged with the options and the verb's defaults.
#pragma once

#include "procfile/app_spec.hpp"
#include "procfile/environment.hpp"
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
    bool terminals;           // each process its own pty, when procd is on a terminal
    bool log_files;           // under the state directory
    bool keeps_state;         // counts, rules, holds and releases, over its end
    bool ends_when_all_ended; // once every process is completed or crashed
};
verb_defaults const& defaults_of(verb v);

struct application {
    procfile::app_spec spec;
    std::string name, root, socket;
    verb started_as = verb::up;
    procfile::variables own_environment;
    procfile::restart_policy restart =
        procfile::restart_policy::on_failure;       // for types that set none
    std::chrono::milliseconds stop_timeout{30'000}; // likewise
    bool terminals = false;                         // likewise
    core::exit_on exit_on = core::exit_on::never;
    int base_port = 5000;
    std::map<std::string, int> counts;              // wanted at the start
    std::map<std::string, os::user_identity> users; // those named in procd.toml, looked up
};

} // namespace procd::app
