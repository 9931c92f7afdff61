// From the command line and the files to an app.
#pragma once

#include "procfile/diagnostic.hpp"
#include "supervisor/daemon/app.hpp"
#include "supervisor/daemon/options.hpp"

#include <boost/system/result.hpp>

#include <map>
#include <string>
#include <vector>

namespace procd {

struct loaded {
    app what;
    std::vector<procfile::diagnostic> diagnostics;
    std::map<std::string, std::string> texts; // file name as in the diagnostics -> its text
    std::vector<std::string> notes;           // for `system` lines: types that are off, ports moved
    std::map<std::string, std::string> environment; // what every process gets before its own
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
// diagnostics; whether an error among them ends it is the caller's to say.
boost::system::result<loaded, load_error> load(options const& given, verb how);

// The findings, rendered with their source lines. Notes only when asked for.
std::string render(loaded const& seen, bool with_notes);

} // namespace procd
