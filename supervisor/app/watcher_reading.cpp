// The second half of the watcher: reads directories again and reports the changes. Directories are
// read in slices, so that other handlers run in between. Each directory that is read for the first
// time is watched before. When nothing is left to read for the first time, the tree is complete,
// and only later differences count as changes.
#include "supervisor/app/watcher.hpp"
#include "supervisor/os/directory.hpp"
#include "supervisor/os/file.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

namespace procd::app {

namespace asio = boost::asio;

namespace {

// How many directories are read in one turn, before other handlers run.
constexpr std::size_t slice = 64;

bool is_gone(os::error_code why)
{
    return why.value() == ENOENT || why.value() == ENOTDIR;
}

} // namespace

// Reads all directories that are still to be read at once, and reports the changes.
void watcher::take_up()
{
    if (!tree_ || !settled_)
        return;
    drain();
    unread_.merge(touched_);
    while (!unread_.empty())
        read(unread_.extract(unread_.begin()).value());
    report_changes();
}

void watcher::read_soon(std::set<std::string> directories)
{
    unread_.merge(directories);
    if (reading_)
        return;
    asio::post(io_, [this, of = epoch_] { read_some(of); });
    reading_ = true;
}

void watcher::read_some(std::uint64_t of)
{
    if (of != epoch_)
        return;
    for (auto const& directory : std::exchange(replaced_, {}))
        enter(directory);
    for (std::size_t n = 0; n < slice && !unread_.empty(); ++n)
        read(unread_.extract(unread_.begin()).value());
    drain();
    if (!unread_.empty()) {
        asio::post(io_, [this, of] { read_some(of); });
        return;
    }
    reading_ = false;
    all_read();
}

void watcher::read(std::string const& directory)
{
    auto listed = os::list_directory(real(directory), [&](std::string const& name) {
        return tree_->covers(core::watched_tree::join(directory, name));
    });
    if (!listed && !is_gone(listed.error())) { // unreadable: the tree keeps its last contents
        refuse(directory, listed.error());
        return;
    }
    if (!listed)
        events_->remove(directory);
    auto const found =
        listed ? tree_->read(directory, std::move(*listed)) : tree_->read(directory, std::nullopt);
    for (auto const& gone : found.leave)
        events_->remove(gone);
    for (auto const& next : found.enter) {
        if (is_own(next))
            continue;
        enter(next);
        if (settled_)
            note_activity(); // changes in this directory were not seen so far
    }
}

// Watches a directory and has it read afterwards, in this order: a change in between is then seen
// twice rather than not at all.
void watcher::enter(std::string const& directory)
{
    if (is_own(directory))
        return;
    unread_.insert(directory);
    auto const watched = events_->add(directory, real(directory));
    if (watched)
        any_watched_ = true;
    else if (!is_gone(watched.error()))
        refuse(directory, watched.error());
}

void watcher::all_read()
{
    if (!std::exchange(settled_, true)) {
        tree_->settle();
        for (auto const i : tree_->without_files())
            complain_(subjects_[i].name + ": nothing that `watch` names is there yet");
    }
    if (!settling_now_)
        report_changes();
}

void watcher::report_changes()
{
    std::map<std::size_t, finding> by_subject;
    for (auto const& change : tree_->take_changes()) {
        auto& found = by_subject[change.subject];
        if (found.files++ == 0)
            found.path = change.path; // the first by name
        auto const heard = last_of_.find(change.path);
        found.last = std::max(found.last, heard == last_of_.end() ? last_ : heard->second);
    }
    last_of_.clear();
    std::vector<finding> findings;
    for (auto& [i, found] : by_subject) {
        found.name = subjects_[i].name;
        findings.push_back(std::move(found));
    }
    if (!findings.empty())
        changed_(findings); // may call watch()
}

// Tells whether procd itself writes in this directory. The root is always watched, even then.
bool watcher::is_own(std::string const& directory) const
{
    auto const path = real(directory);
    return std::any_of(own_.begin(), own_.end(), [&](auto const& own) {
        return os::same_file(path, own) && !os::same_file(root_, own);
    });
}

std::string watcher::real(std::string const& path) const
{
    if (path.starts_with('/'))
        return path;
    return path == "." ? root_ : root_ + '/' + path;
}

} // namespace procd::app
