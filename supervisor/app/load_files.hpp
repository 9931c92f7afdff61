// Which files an app consists of, found and read.
#pragma once

#include "procfile/app_spec.hpp"
#include "supervisor/app/loader.hpp"
#include "supervisor/app/options.hpp"

#include <string>
#include <vector>

namespace procd::app {

struct found_files {
    std::string root; // absolute, without links
    procfile::app_files files;
    std::vector<std::string> sources; // absolute paths of what was read, and of what is read once
                                      // it is there
};

// The error names the file and what the system said of it.
boost::system::result<found_files, load_error> find_files(options const& given);

} // namespace procd::app
