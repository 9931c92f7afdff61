// One release: the texts of the files at one time, and the settings made by command since then. A
// release never changes.
#pragma once

#include "procfile/app_spec.hpp"
#include "supervisor/core/log_line.hpp"

#include <boost/json/value.hpp>
#include <boost/system/result.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace core {

// Limits of a type that `limits:set` made. They replace all limits that the files give, so an
// absent limit means unlimited (for the request: its default).
struct limits_override {
    std::optional<double> request; // cores
    std::optional<double> cpu;
    std::optional<std::uint64_t> memory;
    bool operator==(limits_override const&) const = default;
};

// The settings of one type that were made by command. A probe that is present but empty was unset.
struct type_override {
    std::optional<limits_override> limits;
    std::map<procfile::probe_kind, std::optional<procfile::probe_settings>> probes;
    bool operator==(type_override const&) const = default;
    bool empty() const { return !limits && probes.empty(); }
};
using overrides = std::map<std::string, type_override>;

struct release {
    int number = 1;
    wall_time created{};
    std::string reason; // "start", "reload", "rollback to v1", "limits:set web"
    std::string root;   // absolute, without symbolic links
    procfile::app_files files;
    overrides set;
    std::vector<procfile::type_change> changes; // since the release before, without any values
    bool failed = false; // its rollout failed and the one before was restored
};

// The name of a release: "v3".
std::string release_name(int number);
// The number in such a name, or nothing.
std::optional<int> parse_release_name(std::string_view text);

// The app of a release: the files merged, with the settings made by command on top.
procfile::parsed_app content(procfile::app_files const& files, overrides const& set);

// The settings made by command that stay in force after the files changed from `before` to `after`.
// Of the file and the command, the one that changed a setting last wins.
overrides surviving(overrides const& set, procfile::app_spec const& before,
                    procfile::app_spec const& after);

// The whole difference of two releases: that of their specs, and "root" for every type if the app's
// directory is another one.
std::vector<procfile::type_change> difference(procfile::app_spec const& before,
                                              std::string const& root_before,
                                              procfile::app_spec const& after,
                                              std::string const& root_after);
// Tells whether a change means that running processes have to be replaced. Counts and autoscale
// rules, for example, do not.
bool needs_restart(procfile::type_change const& change);

// Tells whether a change concerns what a release consists of. Counts, rules and the like are kept
// beside the releases.
bool makes_release(procfile::type_change const& change);

// A change for people, without values: "web: command, env" or "worker: added".
std::string describe(procfile::type_change const& change);
// All changes for people: "web: command, env; worker: removed".
std::string describe(std::vector<procfile::type_change> const& changes);

// The form in the state directory. It holds the values of variables, so it must not be shown.
boost::json::value to_json(release const& r);
// Reads it back. The error says what cannot be read.
boost::system::result<release, std::string> release_from_json(boost::json::value const& v);

} // namespace core
