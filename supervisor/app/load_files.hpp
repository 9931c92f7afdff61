// Finds and reads the files of an app.
#pragma once

#include "procfile/app_spec.hpp"
#include "supervisor/app/home.hpp"
#include "supervisor/app/loader.hpp"
#include "supervisor/app/options.hpp"

#include <optional>
#include <string>
#include <vector>

namespace procd::app {

struct found_files {
    home place;
    std::string root; // that of the place
    procfile::app_files files;
    // Absolute paths of the files that were read, and of those that would be read if they existed.
    std::vector<std::string> sources;
    // The nearest directory above that has a Procfile, when the root has none: "..".
    std::optional<std::string> procfile_above;
};

// Finds the root, then reads the Procfile, procd.toml and the env files. The error names the file
// and the system's reason.
boost::system::result<found_files, load_error> find_files(options const& given);

} // namespace procd::app
