// Everything the files say, merged: what one release consists of.
#pragma once

#include "procfile/config.hpp"
#include "procfile/env_file.hpp"
#include "procfile/implied.hpp"
#include "procfile/procfile.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace procfile {

// The texts an app_spec is made of. Absent means the file does not exist.
struct app_files {
    struct text {
        std::string name; // as shown in diagnostics
        std::string content;
        bool operator==(text const&) const = default;
    };
    std::optional<text> procfile, dockerfile, package_json, config;
    std::vector<text> env_files;
    bool operator==(app_files const&) const = default;
};

struct type_spec {
    std::string name;
    std::string command; // as written
    std::string line;    // what /bin/sh -c gets
    unsigned source_line = 0;
    int position = 0; // among all types, decides the port block
    type_settings settings;
    bool operator==(type_spec const&) const = default;
};

struct app_spec {
    std::vector<type_spec> types; // in file order, without `release`
    std::optional<type_spec> release_phase;
    std::optional<std::string> implied; // where `web` comes from when there is no Procfile
    std::vector<assignment> env;        // of a Dockerfile, then of all env files, in order
    config settings;

    type_spec const* find(std::string const& type) const;
    std::vector<std::string> type_names() const;
    // For port_plan: the names by position. A release phase takes a block too, as any line of a
    // Procfile does in Foreman.
    std::vector<std::string> port_order() const;
};

struct parsed_app {
    app_spec spec;
    std::vector<diagnostic> diagnostics; // of all files, in the order they were read
};

// Parses and merges. Errors of the whole are among the diagnostics: no Procfile and nothing implied
// (says what was looked for), a Procfile with no type at all, a [types.X] for a type that is not
// there (did you mean), two types with one PROCD_PORT_ name, `after` naming an unknown type or
// itself or making a cycle. The spec holds whatever could be read.
parsed_app merge(app_files const& files);

// What differs between two specs, by type: added and changed ones in the new order, then removed
// ones; changed with the names of what changed ("command", "env", the keys of procd.toml; never
// values).
struct type_change {
    enum class kind { added, removed, changed } what = kind::changed;
    std::string type;
    std::vector<std::string> fields;
    bool operator==(type_change const&) const = default;
};
std::vector<type_change> difference(app_spec const& before, app_spec const& after);

} // namespace procfile
