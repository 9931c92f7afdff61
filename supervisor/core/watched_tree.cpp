// The steps of read(), which takes a new reading of one directory:
//
// 1. If the directory does not exist any more, it is forgotten with all below it. If patterns begin
//    in it, the nearest directory above is watched instead, because it will show when the directory
//    comes back.
// 2. Each directory in it that may hold watched files is entered, if it is new or has another
//    inode.
// 3. Each watched file is compared with its stamp of the last reading. If the two differ, the old
//    stamp is noted in before_, unless an older one is there already.
// 4. Files and directories that are gone are noted too.
//
// Files in a directory that is read for the first time are no changes, until settle() ends the
// first walk. take_changes() compares the stamps in before_ with the present ones, so a file that
// changed and changed back is not reported.
#include "supervisor/core/watched_tree.hpp"

#include <algorithm>
#include <utility>

namespace core {

namespace {

// The directory above: "src/app" -> "src" -> "." -> nothing, and ".." -> "../..".
std::optional<std::string> parent(std::string const& path)
{
    if (path == "/" || path == ".")
        return std::nullopt;
    auto const slash = path.rfind('/');
    if (path == ".." || path.ends_with("/.."))
        return path + "/..";
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

} // namespace

watched_tree::watched_tree(std::vector<procfile::watch_patterns> subjects)
    : subjects_(std::move(subjects))
{
    for (auto const& subject : subjects_)
        for (auto const& base : subject.bases())
            bases_.insert(base);
}

std::vector<std::string> watched_tree::start() const
{
    return {bases_.begin(), bases_.end()};
}

watched_tree::findings watched_tree::read(std::string const& path,
                                          std::optional<std::vector<directory_entry>> now)
{
    findings found;
    if (!now) {
        forget(path, found);
        // The nearest existing directory above will show when a base comes back.
        auto const above = parent(path);
        if (enters(path) && above && !known_.contains(*above))
            found.enter.push_back(*above);
        return found;
    }
    auto const seen = known_.contains(path) ? reading::later : reading::first;
    auto& before = known_[path];
    directory after;
    for (auto& entry : *now) {
        auto const whole = join(path, entry.name);
        if (entry.directory && enters(whole)) {
            auto const known = before.inside.find(entry.name);
            if (known == before.inside.end() || known->second != entry.stamp.inode ||
                !known_.contains(whole))
                found.enter.push_back(whole);
            after.inside.emplace(std::move(entry.name), entry.stamp.inode);
        } else if (!entry.directory && covers(whole)) {
            auto const known = before.files.find(entry.name);
            if (known == before.files.end() || known->second != entry.stamp)
                note(seen, whole,
                     known == before.files.end() ? std::nullopt : std::optional(known->second));
            after.files.emplace(std::move(entry.name), entry.stamp);
        }
    }
    for (auto const& [name, stamp] : before.files)
        if (!after.files.contains(name))
            note(seen, join(path, name), stamp);
    for (auto const& [name, inode] : before.inside)
        if (!after.inside.contains(name))
            forget(join(path, name), found);
    known_[path] = std::move(after);
    return found;
}

// Forgets a directory that is gone, with everything watched in it, and notes its files as changed.
void watched_tree::forget(std::string const& path, findings& into)
{
    auto const gone = known_.find(path);
    if (gone == known_.end())
        return;
    auto const was = std::move(gone->second);
    known_.erase(gone);
    into.leave.push_back(path);
    for (auto const& [name, stamp] : was.files)
        note(reading::later, join(path, name), stamp);
    for (auto const& [name, inode] : was.inside)
        forget(join(path, name), into);
}

// Notes that a file changed. Files found at the first reading of a directory are changes only after
// settle().
void watched_tree::note(reading at, std::string const& path, std::optional<file_stamp> before)
{
    if (settled_ || at == reading::later)
        before_.try_emplace(path, before); // keeps the stamp from before the first change
}

std::vector<watched_tree::change> watched_tree::take_changes()
{
    std::vector<change> changes;
    for (auto const& [path, before] : std::exchange(before_, {})) {
        if (stamp_of(path) == before)
            continue;
        for (std::size_t i = 0; i < subjects_.size(); ++i)
            if (subjects_[i].covers(path))
                changes.push_back({i, path});
    }
    return changes;
}

std::optional<file_stamp> watched_tree::stamp_of(std::string const& path) const
{
    auto const place = known_.find(parent(path).value_or("."));
    if (place == known_.end())
        return std::nullopt;
    auto const file = place->second.files.find(path.substr(path.rfind('/') + 1));
    return file == place->second.files.end() ? std::nullopt : std::optional(file->second);
}

watched_tree::concern watched_tree::concerns(std::string const& path, std::string const& name,
                                             bool renamed) const
{
    auto const whole = join(path, name);
    if (name.empty() || (renamed && enters(whole) && !known_at(path, name)))
        return concern::directory;
    return covers(whole) ? concern::file : concern::none;
}

// Tells whether the name is a watched file that exists. An event for it brings no news of
// directories.
bool watched_tree::known_at(std::string const& path, std::string const& name) const
{
    auto const found = known_.find(path);
    return found != known_.end() && found->second.files.contains(name);
}

bool watched_tree::covers(std::string const& path) const
{
    return std::any_of(subjects_.begin(), subjects_.end(),
                       [&](auto const& subject) { return subject.covers(path); });
}

// Tells whether a watched file may be in the directory or below it, or a base lies below it.
bool watched_tree::enters(std::string const& path) const
{
    auto const leads_to = [&](std::string const& base) {
        return base == path || join(path, "") == base.substr(0, join(path, "").size());
    };
    return std::any_of(bases_.begin(), bases_.end(), leads_to) ||
           std::any_of(subjects_.begin(), subjects_.end(),
                       [&](auto const& subject) { return subject.enters(path); });
}

std::set<std::string> watched_tree::directories() const
{
    std::set<std::string> paths;
    for (auto const& [path, held] : known_)
        paths.insert(path);
    return paths;
}

std::vector<std::size_t> watched_tree::without_files() const
{
    std::vector<std::size_t> none;
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
        bool const any = std::any_of(known_.begin(), known_.end(), [&](auto const& place) {
            auto const& files = place.second.files;
            return std::any_of(files.begin(), files.end(), [&](auto const& file) {
                return subjects_[i].covers(join(place.first, file.first));
            });
        });
        if (!any)
            none.push_back(i);
    }
    return none;
}

std::string watched_tree::join(std::string const& directory, std::string const& name)
{
    if (directory == ".")
        return name;
    return directory == "/" ? '/' + name : directory + '/' + name;
}

} // namespace core
