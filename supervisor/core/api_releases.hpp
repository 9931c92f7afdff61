// The answers of the control socket about releases, and their JSON.
#pragma once

#include "supervisor/core/log_line.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace core::api {

// One type that a release adds, removes or changes. `fields` names the settings that changed, and
// never holds their values.
struct change_view {
    std::string type, what;
    std::vector<std::string> fields;
    bool operator==(change_view const&) const = default;
};

// One release in a list.
struct release_view {
    std::string name, reason;
    wall_time created_at{};
    bool current = false, failed = false;
    std::vector<change_view> changes;
    bool operator==(release_view const&) const = default;
};

// GET /v1/releases/vN.
struct release_detail {
    release_view release;
    std::string root;
    std::map<std::string, std::string> commands; // by type, the release phase included
    std::vector<std::string> variables; // only the names of the variables that the files set
    bool operator==(release_detail const&) const = default;
};

// A reload may find fewer lines or files than the last reading of the files did.
enum class losses { refused, accepted };

// The effect that a reload would have.
struct release_plan {
    std::optional<std::string> release; // the name of the new release; absent if none would be made
    std::vector<change_view> changes;
    std::vector<std::string> warnings; // what only a new start of procd applies
    bool operator==(release_plan const&) const = default;
};

boost::json::array to_json(std::vector<change_view> const&);
boost::json::value to_json(release_view const&);
boost::json::value to_json(release_detail const&);
boost::json::value to_json(release_plan const&);

} // namespace core::api
