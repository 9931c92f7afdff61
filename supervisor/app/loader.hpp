// From the command line and the files to an app.
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
    procfile::app_files files;                // what it was made of
    std::vector<std::string> sources;         // where that stands, or would stand; absolute paths
    std::vector<std::string> notes;           // for `system` lines: types that are off, ports moved
};

// What stopped the loading, for the user; `usage` when the command line was wrong (exit code 2,
// else 1).
struct load_error {
    std::string message;
    bool usage = false;
};
[[noreturn]] void throw_exception_from_error(load_error const& e,
                                             boost::source_location const& where);

// Reads the files and merges everything but the socket's path. Findings in the files are in the
// diagnostics; whether an error among them ends it is the caller's to say. `again`: for a reload,
// where the command line may name types that are gone.
boost::system::result<loaded, load_error> load(options const& given, verb how, bool again = false);

// Looks up the users its types run as.
boost::system::result<void, load_error> find_users(application& what);

// The findings, rendered with their source lines. Notes only when asked for.
std::string render(loaded const& seen, bool with_notes);

} // namespace procd::app
