// The state that `procd serve` keeps from one run to the next, beside the releases: counts,
// autoscale rules, processes held down and front ports paused or disabled.
#pragma once

#include "supervisor/core/autoscale.hpp"
#include "supervisor/core/log_line.hpp"
#include "supervisor/core/routing.hpp"

#include <boost/json/value.hpp>
#include <boost/system/result.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace core {

// Values of a type that were damaged on the disk. They count as not kept.
struct lost_values {
    bool count = false, rule = false;
    bool operator==(lost_values const&) const = default;
};

// The state of one type.
struct kept_type {
    int wanted = 0;
    int release = 1;    // the release that changed the type last
    std::set<int> held; // the numbers of the processes that a user has stopped
    std::optional<autoscale::rule> rule;
    std::optional<wall_time> last_rescale;
    core::routing routing = {}; // of its front port
    lost_values lost = {};
    bool operator==(kept_type const&) const = default;
};

// The state of the app.
struct kept_state {
    int release = 1; // the number of the release that runs
    int newest = 1;  // the highest number of a release
    int read = 1; // the release whose files were read last; it may have failed or been rolled back
    std::optional<std::string> formation; // the text of -m; another text replaces the kept counts
    std::map<std::string, kept_type> types;
    bool formation_lost = false; // the text of -m was damaged on the disk
    bool operator==(kept_state const&) const = default;
};

// The text form on the disk, as JSON.
boost::json::value to_json(kept_state const& s);
// The state as it was read back, and a sentence for each value that cannot be used. A bad value
// costs that value alone: a number of a release is 0 then, and anything else as if it had not been
// kept.
struct read_state {
    kept_state state;
    std::vector<std::string> notes;
};
// The error says why nothing of it can be used, e.g. of a file of another program.
boost::system::result<read_state, std::string> kept_state_from_json(boost::json::value const& v);

// Puts numbers in the place of those that are 0. `usable`: the releases on the disk that have not
// failed. `highest`: the highest number of any release on the disk.
void repair_numbers(kept_state& s, std::set<int> const& usable, int highest);

} // namespace core
