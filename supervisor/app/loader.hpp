// Makes an app from the command line and the files.
#pragma once

#include "procfile/diagnostic.hpp"
#include "supervisor/app/application.hpp"
#include "supervisor/app/options.hpp"

#include <boost/system/result.hpp>

#include <map>
#include <string>
#include <vector>

namespace procd::app {

struct loaded {
    application app;
    std::vector<procfile::diagnostic> diagnostics;
    std::map<std::string, std::string> texts; // file name as in the diagnostics -> its text
    procfile::app_files files;                // the files that the app was made of
    std::vector<std::string> sources;         // absolute paths of files read, or read if they exist
    std::vector<std::string> notes;           // for `system` lines: types that are off, ports moved
};

// The reason why an app cannot be loaded, for the user. `usage`: the command line was wrong, so the
// exit code is 2 instead of 1.
struct load_error {
    std::string message;
    bool usage = false;
};
[[noreturn]] void throw_exception_from_error(load_error const& e,
                                             boost::source_location const& where);

// The command line of a reload may name types that are gone. A one-off command needs no types.
enum class occasion { start, reload, one_off };

// Reads the files and merges everything but the path of the socket. Findings in the files are in
// the diagnostics. If one of them is an error, the app is incomplete, and the caller decides what
// follows.
boost::system::result<loaded, load_error> load(options const& given, verb started_as,
                                               occasion when = occasion::start);

// Whose users are looked up. A one-off command runs as the user of [defaults].
enum class users { of_types, of_one_off_too };

// Looks up the users that the types and the release phase run as. The error names a user that does
// not exist, or that procd may not switch to.
boost::system::result<void, load_error> find_users(application& app,
                                                   users needed = users::of_types);

enum class notes { hidden, shown };

// Renders the findings with their source lines, for people.
std::string render(loaded const& seen, notes shown);

} // namespace procd::app
