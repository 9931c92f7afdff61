// The front ports of an app's types, looked at together.
#pragma once

#include "procfile/app_spec.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace procfile {

// The front port that a command line gives to a type.
struct given_front {
    std::vector<listen_address> listen; // in the place of those that the type has by the files
    std::vector<std::string> hosts;     // for a type that has none by the files
    bool operator==(given_front const&) const = default;
};
using given_fronts = std::map<std::string, given_front>; // by the name of the type
// Gives the types these front ports. Names of types that the spec does not have are skipped.
void set_fronts(app_spec& spec, given_fronts const& given);

// Tells whether any type has a front port.
bool listens(app_spec const& spec);

// Something that the settings of a type, or those of two types together, cannot mean.
struct front_problem {
    std::string type; // the later one of two types
    std::string key;  // of its settings: "listen", "hosts"
    std::string message;
    bool operator==(front_problem const&) const = default;
};
// Two types may listen on the same address if both have the protocol http, share = "proxy" and
// hosts of their own; one of them may have no hosts, and gets the rest.
std::vector<front_problem> front_problems(app_spec const& spec);

// Settings of the front port without effect. In a type's own table, also that of the release phase,
// these are all settings of a type that does not listen, and those that only the router would obey
// if the processes of the type get the listening sockets themselves. Those in [defaults], with an
// empty type, have no effect if no type listens.
std::vector<front_problem> idle_settings(app_spec const& spec);
// Probes by http or tcp that ask the PORT of a process, although the processes of the type get the
// listening sockets themselves and so hardly listen there. The key is "readiness", for example.
std::vector<front_problem> misplaced_probes(app_spec const& spec);
// A type whose processes get the listening sockets themselves may have a shell as its main process:
// its line has no `exec`. The sockets are meant for the main process.
bool shell_gets_sockets(type_spec const& type);
// Why the router does not count the requests of a type, so that no autoscale rule can have them as
// its target, and what helps; empty when the router counts them.
std::string uncounted(type_spec const& type);

// The place of a key of a type: in the type's own table, or else in [defaults]. Line 0 when it is
// in neither.
position place_of(config const& settings, std::string const& type, std::string const& key);

// The readiness probe of a type: the one that it declares, or else, if the router stands before it
// and it has no probe at all, a connection to its PORT once per second.
std::optional<probe_settings> readiness_of(type_settings const& settings);

} // namespace procfile
