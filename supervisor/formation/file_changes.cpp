#include "supervisor/formation/file_changes.hpp"

#include "supervisor/formation/formation.hpp"
#include "supervisor/formation/rollout.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

#include <utility>

namespace procd::formation {

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

file_changes::file_changes(process::services& with, formation& of,
                           std::vector<std::string> not_watched)
    : with_(with), formation_(of),
      watcher_(
          with.io, std::move(not_watched),
          [this](std::vector<app::watcher::finding> const& found) {
              for (auto const& each : found)
                  found_.insert_or_assign(each.name, each);
              with_.changed.notify();
          },
          [this](std::string_view text) { with_.hub.system(text, output::level::warn); })
{
}

void file_changes::watch(std::string const& root,
                         std::optional<std::vector<std::string>> const& own_files)
{
    std::vector<app::watcher::subject> subjects;
    for (auto const& t : formation_.types()) {
        auto patterns = procfile::watch_patterns::parse(t.spec.settings.watch);
        if (!t.dropped && !t.spec.settings.watch.empty() && patterns)
            subjects.push_back({t.spec.name, std::move(*patterns)});
    }
    if (own_files) {
        std::vector<std::string> paths;
        for (auto const& path : *own_files)
            paths.push_back(below(root, path));
        subjects.push_back({"", procfile::watch_patterns::files(paths)});
    }
    watcher_.watch(root, std::move(subjects));
}

std::optional<std::string> file_changes::take_own()
{
    auto const own = found_.extract("");
    return own.empty() ? std::nullopt : std::optional(text_of(own.mapped()));
}

void file_changes::restart_types()
{
    for (auto const& [type, change] : std::exchange(found_, {}))
        restart_for(change);
}

// A process that was started after the last change has seen it.
void file_changes::restart_for(app::watcher::finding const& change)
{
    auto const* const t = formation_.find(change.name);
    if (t == nullptr)
        return;
    std::set<int> stale;
    for (auto const& [n, slot] : t->slots)
        if (n <= t->wanted && slot->wanted() == core::target::up && slot->current() != nullptr &&
            slot->current()->started() <= change.last)
            stale.insert(n);
    if (stale.empty())
        return;
    with_.hub.system(text_of(change) + ": restarting " + change.name);
    with_.events.publish("restarted", change.name, change.name + " is being restarted");
    bool const whole = stale.size() == static_cast<std::size_t>(t->wanted);
    auto const made = std::make_shared<rollout>(
        with_, rollout::scope{.only = whole ? std::nullopt : std::optional(std::move(stale))});
    made->unattended();
    formation_.roll(change.name, made);
}

} // namespace procd::formation
