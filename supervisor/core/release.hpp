// One release: what the files said at a time, and what was set by command since. Immutable.
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

// What `limits:set` says of a type, in the place of what the files say: all of it, so that what is
// absent is unlimited (and the request its default).
struct limits_override {
    std::optional<double> request; // cores
    std::optional<double> cpu;
    std::optional<std::uint64_t> memory;
    bool operator==(limits_override const&) const = default;
};

// What was set by command for one type. A probe that is there and empty was unset.
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
    std::string root;   // absolute, without links
    procfile::app_files files;
    overrides set;
    std::vector<procfile::type_change> changes; // against the release before; no values in it
    bool failed = false;                        // its rollout failed, the one before was put back
};

// "v3", and back.
std::string release_name(int number);
std::optional<int> parse_release_name(std::string_view text);

// What the files say, with what was set by command on top.
procfile::parsed_app content(procfile::app_files const& files, overrides const& set);

// The overrides that hold after the files changed from `before` to `after`: of the file and the
// command, the last one to change wins.
overrides surviving(overrides const& set, procfile::app_spec const& before,
                    procfile::app_spec const& after);

// The whole difference of two releases: that of the specs, and "root" for every type when the app's
// directory is another.
std::vector<procfile::type_change> difference(procfile::app_spec const& before,
                                              std::string const& root_before,
                                              procfile::app_spec const& after,
                                              std::string const& root_after);
// What makes a process another one, so that it has to be replaced: not counts, not autoscaling.
bool needs_restart(procfile::type_change const& change);

// Whether it is a change of what a release consists of; counts, rules and the like are kept beside
// it.
bool makes_release(procfile::type_change const& change);

// "web: command, env", "worker: added"; for people, without values.
std::string describe(procfile::type_change const& change);
// "web: command, env; worker: removed".
std::string describe(std::vector<procfile::type_change> const& changes);

// As it is kept in the state directory: it holds the values of variables.
boost::json::value to_json(release const& r);
boost::system::result<release, std::string> release_from_json(boost::json::value const& v);

} // namespace core
