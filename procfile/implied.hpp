// The `web` type that an app without a Procfile implies.
#pragma once

#include "procfile/diagnostic.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace procfile {

struct implied_type {
    std::string command; // for /bin/sh -c
    std::string from;    // "Dockerfile CMD" or "package.json scripts.start"
    unsigned line = 0;
    std::map<std::string, std::string> env; // the Dockerfile's ENV
    std::optional<std::string>
        cwd; // the Dockerfile's WORKDIR, when relative (it lies below the root)
};

struct parsed_implied {
    std::optional<implied_type> web;
    std::vector<diagnostic> diagnostics;
};

// The last CMD of a Dockerfile (shell and exec form, continuation lines, ENV and WORKDIR of the
// last stage).
parsed_implied implied_from_dockerfile(std::string_view text, std::string const& file);
// `npm start` when package.json has scripts.start.
parsed_implied implied_from_package_json(std::string_view text, std::string const& file);

} // namespace procfile
