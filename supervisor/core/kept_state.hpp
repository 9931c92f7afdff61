// The state that `procd serve` keeps from one run to the next, beside the releases: counts,
// autoscale rules and processes held down.
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

// The state of one type.
struct kept_type {
    int wanted = 0;
    int release = 1;    // the release that changed the type last
    std::set<int> held; // the numbers of the processes that a user has stopped
    std::optional<autoscale::rule> rule;
    std::optional<wall_time> last_rescale;
    bool operator==(kept_type const&) const = default;
};

// The state of the app.
struct kept_state {
    int release = 1; // the number of the release that runs
    int newest = 1;  // the highest number of a release
    int read = 1; // the release whose files were read last; it may have failed or been rolled back
    std::optional<std::string> formation; // the text of -m; another text replaces the kept counts
    std::map<std::string, kept_type> types;
    bool operator==(kept_state const&) const = default;
};

// The text form on the disk, as JSON.
boost::json::value to_json(kept_state const& s);
// Reads it back. The error says what cannot be read, e.g. in a file of another program or a damaged
// one.
boost::system::result<kept_state, std::string> kept_state_from_json(boost::json::value const& v);

} // namespace core
