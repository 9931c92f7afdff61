// What changed files lead to: a restart of the types that watch them, a reload for the app's own.
#include "supervisor/daemon/supervisor.hpp"
#include "supervisor/output/hub.hpp"

#include <algorithm>

namespace procd::daemon {

namespace {

// "src/app.rb changed", "src/app.rb and 499 more files changed".
std::string text_of(app::watcher::finding const& change)
{
    auto const more = change.files - 1;
    return change.path +
           (more == 0
                ? ""
                : " and " + std::to_string(more) + (more == 1 ? " more file" : " more files")) +
           " changed";
}

// Paths of a watch are relative to the root where they can be.
std::string below(std::string const& root, std::string const& path)
{
    return path.starts_with(root + '/') ? path.substr(root.size() + 1) : path;
}

} // namespace

// Called whenever types or files may have become others; what stays as it was goes on.
void supervisor::watch_files()
{
    if (!prepared_ || stopping_)
        return;
    auto const& root = current_->record.root;
    std::vector<app::watcher::subject> subjects;
    for (auto const& t : types_) {
        auto patterns = procfile::watch_patterns::parse(t.spec.settings.watch);
        if (!t.dropped && !t.spec.settings.watch.empty() && patterns)
            subjects.push_back({t.spec.name, std::move(*patterns)});
    }
    if (setting_.watched_files) {
        std::vector<std::string> paths;
        for (auto const& path : *setting_.watched_files)
            paths.push_back(below(root, path));
        subjects.push_back({"", procfile::watch_patterns::files(paths)});
    }
    watcher_.watch(root, std::move(subjects));
}

// Not during a reload or rollback: then after it.
void supervisor::take_file_changes()
{
    if (file_changes_.empty() || operation_ || stopping_)
        return;
    if (auto const own = file_changes_.find(""); own != file_changes_.end()) {
        auto const why = text_of(own->second);
        file_changes_.erase(own);
        reload_because(why);
        if (operation_)
            return;
    }
    for (auto const& [type, change] : std::exchange(file_changes_, {}))
        restart_for(change);
}

// What was started after the last change has seen it.
void supervisor::restart_for(app::watcher::finding const& change)
{
    auto const* const t = type(change.name);
    if (!t)
        return;
    std::vector<control::selector> stale;
    for (auto const& [n, slot] : t->slots)
        if (slot->wanted() == core::target::up && slot->current() &&
            slot->current()->started() <= change.last)
            stale.push_back({change.name, n});
    if (stale.empty())
        return;
    with_.hub.system(text_of(change) + ": restarting " + change.name);
    if (restart(stale))
        t->roll->unattended = true;
}

} // namespace procd::daemon
