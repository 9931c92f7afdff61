// The app_spec: everything that the files of an app say, merged into one value. One release runs
// one app_spec.
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

// The texts that an app_spec is made of. An absent text means that the file does not exist.
struct app_files {
    struct text {
        std::string name; // the name of the file as diagnostics show it
        std::string content;
        bool operator==(text const&) const = default;
    };
    std::optional<text> procfile, dockerfile, package_json, config;
    std::vector<text> env_files;
    bool operator==(app_files const&) const = default;
};

// One process type: its line of the Procfile, and its settings from procd.toml.
struct type_spec {
    std::string name;
    std::string command; // as the Procfile has it
    std::string line;    // the text for /bin/sh -c: the command, with `exec` where that is safe
    unsigned source_line = 0; // where the type is declared, counted from 1
    int position = 0;         // place among all types; it decides the block of ports
    type_settings settings;
    bool operator==(type_spec const&) const = default;
};

struct app_spec {
    std::vector<type_spec> types;           // in file order, without `release`
    std::optional<type_spec> release_phase; // the type `release`, which runs before the others
    std::optional<std::string> implied;     // the source of `web` when there is no Procfile
    std::vector<assignment> env;            // a Dockerfile's ENV, then all env files in order
    config settings;

    // The type of this name, or null. `release` is not found here.
    type_spec const* find(std::string const& type) const;
    // The names of `types`, in the same order.
    std::vector<std::string> type_names() const;
    // The names of all types by position, as port_plan needs them. The release phase has a block of
    // ports too, because in Foreman every line of a Procfile has one.
    std::vector<std::string> port_order() const;
};

struct parsed_app {
    app_spec spec;
    std::vector<diagnostic> diagnostics; // the findings in all files, in the order of reading
};

// An app needs a process type. A command that `procd run` becomes needs none.
enum class types_are { required, optional };

// Parses all files and merges them. Without a Procfile, and with one that declares nothing but the
// release phase, another file may imply the type `web`. Besides the findings in each file, these
// are errors: nothing declares or implies a type (the message says which files were looked for); a
// [types.X] has no such type in the Procfile (with a "did you mean"); two types would set the same
// PROCD_PORT_ variable; `after` names an unknown type or the type itself, or makes a cycle; types
// listen on the same address and cannot be told apart. The spec holds everything that could be
// read, even when there are errors.
parsed_app merge(app_files const& files, types_are needed = types_are::required);

// One difference between two specs. `fields` names the settings that changed: "command", "env" or
// keys of procd.toml. It never holds their values, because a value may be a secret.
struct type_change {
    enum class kind { added, removed, changed } action = kind::changed;
    std::string type;
    std::vector<std::string> fields;
    bool operator==(type_change const&) const = default;
};
// Compares two specs type by type. The added and changed types come first, in the order of `after`;
// the removed types follow in the order of `before`. The tables [logs], [autoscale] and [front]
// come last, as if they were types of these names. The field "listen_fds" stands for the listening
// sockets that the processes of a type themselves get.
std::vector<type_change> difference(app_spec const& before, app_spec const& after);

} // namespace procfile
