// The files of the state that is kept on the disk, state.json and the releases: their names, and
// how they are read.
#pragma once

#include "supervisor/core/kept_state.hpp"
#include "supervisor/core/release.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace procd::release::state_files {

inline constexpr int releases_kept = 10;

inline constexpr char const* state_file = "state.json";
// "release-3.json".
std::string release_file(int number);

// The state that was kept. A file that is torn or has another form is not used and not deleted;
// it gets another name, and `notes` tell the user. Of a state with bad values the others are
// used. `left_in_place`: nothing is changed on the disk.
struct kept {
    std::optional<core::kept_state> state;
    std::map<int, core::release> releases;
    std::vector<std::string> notes;
};
enum class damaged { set_aside, left_in_place };
kept load(int dir_fd, damaged files = damaged::set_aside);

// Removes the files that a procd which was killed has not finished. They may hold values of
// variables. Nothing else is removed.
void sweep(int dir_fd);

} // namespace procd::release::state_files
