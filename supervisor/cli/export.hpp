// procd export: a unit file that runs this app, and a site file for a web server in front of it.
#pragma once

#include "supervisor/app/loader.hpp"

#include <string>
#include <vector>

namespace procd::cli {

// Facts for the unit that are not in the files of the app.
struct unit_facts {
    std::string procd; // path of the program
    std::string user;  // empty: the unit names no user
    std::string home;  // of that user; empty when it is not known
};

// A word as a systemd command line takes it: quoted, with % and $ doubled, and every byte that is
// not printable as \xNN.
std::string systemd_quoted(std::string const& word);
// The path of a program, in which systemd replaces no variables, so that $ is not doubled.
std::string systemd_program(std::string const& path);
// True when systemd takes this path as the value of a setting, where nothing can be quoted: it has
// no control characters, is UTF-8, and neither ends with a blank nor with the sign that joins
// lines.
bool plain_for_systemd(std::string const& path);
// Tells why the words of `procd export` are not one target that it knows; empty if they are.
std::string wrong_target(std::vector<std::string> const& words);
// The whole unit file. Paths in the options are made absolute. No value of an env file is in it.
std::string systemd_unit(app::options const& given, app::application const& app,
                         unit_facts const& facts);

} // namespace procd::cli
