// What `procd serve` keeps over its end, beside the releases: counts, rules and holds.
#pragma once

#include "supervisor/core/autoscale.hpp"
#include "supervisor/core/log_line.hpp"

#include <boost/json/value.hpp>
#include <boost/system/result.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>

namespace core {

struct kept_type {
    int wanted = 0;
    int release = 1; // the one that changed it last
    std::set<int> held;
    std::optional<autoscale::rule> rule;
    std::optional<wall_time> last_rescale;
    bool operator==(kept_type const&) const = default;
};

struct kept_state {
    int release = 1; // the one that runs
    int newest = 1;  // the highest number there is
    int read = 1; // the one whose files were read last: they may have failed, or been rolled back
    std::optional<std::string> formation; // the text of -m: it counts again when it changes
    std::map<std::string, kept_type> types;
    bool operator==(kept_state const&) const = default;
};

boost::json::value to_json(kept_state const& s);
// The error says what cannot be read: another program's file, or a torn one.
boost::system::result<kept_state, std::string> kept_state_from_json(boost::json::value const& v);

} // namespace core
