// The state that procd starts with: the files as they are now, merged with the state that was kept
// when procd last ended.
#pragma once

#include "supervisor/app/content.hpp"
#include "supervisor/app/loader.hpp"
#include "supervisor/core/kept_state.hpp"
#include "supervisor/release/state_files.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace procd::release {

struct start_point {
    std::shared_ptr<app::content> now;
    bool is_new = true;                             // `now` is a new release, not a kept one
    std::shared_ptr<app::content> fallback;         // the kept release that `now` replaces
    std::map<int, core::release> releases;          // the kept releases and `now`, by number
    int newest = 1;                                 // the highest number of a release
    int read = 1;                                   // the release whose files were read last
    std::map<std::string, core::kept_type> types;   // counts, rules, holds
    std::map<std::string, int> release_of;          // a type -> the release that changed it last
    std::map<std::string, int> fallback_release_of; // the same for `fallback`
    std::optional<std::string> formation;           // the counts that the command line gives
    std::vector<std::string> notes;
    std::shared_ptr<procfile::port_plan> ports;
};

// Finds the start point. The count of a type comes from the command line, if that gives one (with
// kept state: if it differs from the last start), else from the kept state, else from the files.
// When both a file and a command have changed a setting, the last change wins. `kept` is empty for
// `up`. The error is a sentence for the user.
boost::system::result<start_point, std::string>
find_start_point(app::loaded seen, std::optional<std::string> formation, state_files::kept kept);

} // namespace procd::release
