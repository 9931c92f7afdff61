// procd export systemd: a unit file that runs this app.
#pragma once

#include "supervisor/app/loader.hpp"

#include <string>

namespace procd::cli {

// What the unit says; nothing of the env files is in it.
struct unit_facts {
    std::string procd; // path of the program
    std::string user;  // empty: not said
};

// A path or word as a systemd command line takes it: quoted, with % and $ doubled.
std::string systemd_quoted(std::string const& word);
// The whole file. Paths that the options give are made absolute.
std::string systemd_unit(app::options const& given, app::application const& what,
                         unit_facts const& facts);

} // namespace procd::cli
