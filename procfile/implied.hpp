// The type `web` that another file of the app implies when there is no Procfile.
#pragma once

#include "procfile/diagnostic.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace procfile {

struct implied_type {
    std::string command;                    // for /bin/sh -c
    std::string from;                       // "Dockerfile CMD" or "package.json scripts.start"
    unsigned line = 0;                      // of CMD in the Dockerfile; 0 for package.json
    std::map<std::string, std::string> env; // the Dockerfile's ENV
    // The Dockerfile's WORKDIR, relative to the app's root. Absent when it is absolute or unknown.
    std::optional<std::string> cwd;
};

struct parsed_implied {
    std::optional<implied_type> web;
    std::vector<diagnostic> diagnostics;
};

// The command of a Dockerfile: the last CMD of the last stage in shell or exec form, with the ENV
// and WORKDIR of that stage and of the stages it builds on. Gives no type when there is no CMD.
parsed_implied implied_from_dockerfile(std::string_view text, std::string const& file);
// The command `npm start`, when package.json has `scripts.start`. A text that is not JSON is a
// warning.
parsed_implied implied_from_package_json(std::string_view text, std::string const& file);

} // namespace procfile
