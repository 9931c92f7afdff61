// What procd starts with: the files as they are now, against what was kept when it ended.
#pragma once

#include "supervisor/app/content.hpp"
#include "supervisor/app/loader.hpp"
#include "supervisor/core/kept_state.hpp"
#include "supervisor/release/state_store.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace procd::release {

struct start_point {
    std::shared_ptr<app::content> now;
    bool is_new = true;                     // `now` is a release that was not kept
    std::shared_ptr<app::content> fallback; // the kept one it takes the place of
    std::map<int, core::release> releases;  // kept ones and `now`'s
    int newest = 1;
    int read = 1;                                 // whose files these are
    std::map<std::string, core::kept_type> types; // counts, rules, holds
    std::map<std::string, int> release_of;        // a type -> the release that changed it last
    std::map<std::string, int> fallback_release_of;
    std::optional<std::string> formation; // what the command line says of counts
    std::vector<std::string> notes;
    std::shared_ptr<procfile::port_plan> ports;
};

// How many of each: the command line where it says so (with kept state: where it says something
// new), what was kept, the files. Of file and command the last change wins. `kept` is empty for
// `up`. The error is a sentence.
boost::system::result<start_point, std::string>
find_start_point(app::loaded seen, std::optional<std::string> formation, state_store::kept kept);

} // namespace procd::release
