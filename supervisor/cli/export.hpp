// procd export systemd: a unit file that runs this app.
#pragma once

#include "supervisor/app/loader.hpp"

#include <string>

namespace procd::cli {

// Facts for the unit that are not in the files of the app.
struct unit_facts {
    std::string procd; // path of the program
    std::string user;  // empty: the unit names no user
    std::string home;  // of that user; empty when it is not known
};

// A path or word as a systemd command line takes it: quoted, with % and $ doubled.
std::string systemd_quoted(std::string const& word);
// The whole unit file. Paths in the options are made absolute. No value of an env file is in it.
std::string systemd_unit(app::options const& given, app::application const& app,
                         unit_facts const& facts);

} // namespace procd::cli
