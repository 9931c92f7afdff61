// Acts on changed files: a restart of the types that watch them, and a report where the app's
// own files have changed.
#pragma once

#include "supervisor/app/watcher.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace procd::process {
struct services;
}

namespace procd::formation {

class formation;

class file_changes {
public:
    // `not_watched`: directories in which procd itself writes.
    file_changes(process::services& with, formation& of, std::vector<std::string> not_watched);

    // Watches what the types name below `root` and these files of the app's own. Called whenever
    // either may have changed; what stays as it was goes on.
    void watch(std::string const& root, std::optional<std::vector<std::string>> const& own_files);
    void stop() { watcher_.stop(); }
    bool watching() const { return watcher_.watching(); }

    // "Procfile changed", once, when one of the app's own files did.
    std::optional<std::string> take_own();
    // Restarts the types whose files have changed.
    void restart_types();

private:
    void restart_for(app::watcher::finding const& change);

    process::services& with_;
    formation& formation_;
    app::watcher watcher_;
    std::map<std::string, app::watcher::finding> found_; // by type; "": the app's own files
};

} // namespace procd::formation
