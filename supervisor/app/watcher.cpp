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

// Read in one go, before others have their turn.
constexpr std::size_t slice = 64;
// So many events may be the rest of a queue that overflowed, which libuv does not tell: everything
// is read again.
constexpr std::size_t flood = 4096;

std::string limit_of(char const* name)
{
    auto const read = os::read_file(std::string("/proc/sys/fs/inotify/") + name);
    std::string text = read ? *read : "";
    text.erase(
        std::find_if_not(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }),
        text.end());
    return std::string("fs.inotify.") + name + (text.empty() ? "" : " is " + text);
}

bool is_gone(os::error_code why)
{
    return why.value() == ENOENT || why.value() == ENOTDIR;
}

} // namespace

watcher::watcher(asio::io_context& io, std::vector<std::string> own, report changed,
                 std::function<void(std::string_view)> complain)
    : io_(io), own_(std::move(own)), changed_(std::move(changed)), complain_(std::move(complain)),
      settling_(io)
{
}

void watcher::watch(std::string root, std::vector<subject> subjects)
{
    if (root == root_ && subjects == subjects_)
        return;
    take_up(); // or what has just changed would be taken for the beginning
    stop();
    root_ = std::move(root);
    subjects_ = std::move(subjects);
    if (!subjects_.empty())
        open();
}

void watcher::stop()
{
    ++epoch_;
    root_.clear();
    subjects_.clear();
    readable_.reset();
    events_.reset();
    tree_.reset();
    settling_.cancel();
    settling_now_ = reading_ = settled_ = refused_ = any_watched_ = flooded_ = false;
    touched_.clear();
    unread_.clear();
    replaced_.clear();
    last_of_.clear();
}

// Reads at once what is still to be read, and reports.
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

void watcher::open()
{
    auto made =
        os::file_watcher::make([this](std::string const& directory, std::string const& name,
                                      bool renamed) { happened(directory, name, renamed); });
    auto copy = made ? made->descriptor() : os::result<os::unique_fd>(made.error());
    if (!copy) {
        refuse(".", copy.error());
        return;
    }
    events_ = std::move(*made);
    readable_.emplace(io_, copy->release());
    std::vector<procfile::watch_patterns> patterns;
    for (auto const& s : subjects_)
        patterns.push_back(s.what);
    tree_.emplace(std::move(patterns));
    for (auto const& directory : tree_->start())
        enter(directory);
    wait();
    read_soon({});
}

void watcher::wait()
{
    readable_->async_wait(asio::posix::stream_descriptor::wait_read,
                          [this, of = epoch_](boost::system::error_code failed) {
                              if (failed || of != epoch_)
                                  return;
                              drain();
                              wait();
                          });
}

// All there is at once: what comes to as much as a queue holds may have lost something, what
// matters among what does not.
void watcher::drain()
{
    events_seen_ = 0;
    events_->dispatch();
    if (events_seen_ < flood)
        return;
    flooded_ = true;
    note_activity();
}

void watcher::happened(std::string const& directory, std::string const& name, bool renamed)
{
    using concern = core::watched_tree::concern;
    ++events_seen_;
    auto const what = tree_->concerns(directory, name, renamed);
    if (what == concern::none)
        return;
    note_activity();
    last_of_[core::watched_tree::join(directory, name)] = last_;
    if (what == concern::file) { // however often it is written: looked at once, at the end
        touched_.insert(directory);
        return;
    }
    if (name.empty()) // itself: what is there now under its name may be another
        replaced_.insert(directory);
    read_soon({directory});
}

// Something may have changed: the report waits until no more does.
void watcher::note_activity()
{
    last_ = clock::now();
    if (std::exchange(settling_now_, true))
        return;
    first_ = last_;
    wait_until(last_ + quiet);
}

void watcher::wait_until(clock::time_point at)
{
    settling_.expires_at(at);
    settling_.async_wait([this, of = epoch_](boost::system::error_code cancelled) {
        if (cancelled || of != epoch_)
            return;
        auto const quiet_at = std::min(last_ + quiet, first_ + longest);
        if (clock::now() < quiet_at) {
            wait_until(quiet_at);
            return;
        }
        settling_now_ = false;
        if (std::exchange(flooded_, false))
            read_soon(tree_->directories());
        read_soon(std::exchange(touched_, {}));
    });
}

void watcher::read_soon(std::set<std::string> directories)
{
    unread_.merge(directories);
    if (!std::exchange(reading_, true))
        asio::post(io_, [this, of = epoch_] { read_some(of); });
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
    if (!listed && !is_gone(listed.error())) { // nothing is known of it now: it stays as it was
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
            note_activity(); // what goes on in there was not seen so far
    }
}

// Watched first, then read: what happens in between is seen twice rather than not at all.
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

// The root itself is never left out, whatever procd writes there.
bool watcher::is_own(std::string const& directory) const
{
    auto const path = real(directory);
    return std::any_of(own_.begin(), own_.end(), [&](auto const& own) {
        return os::same_file(path, own) && !os::same_file(root_, own);
    });
}

// Said once: the first is as good as any to learn the cause from.
void watcher::refuse(std::string const& directory, os::error_code why)
{
    if (std::exchange(refused_, true))
        return;
    std::string text = "changes of files are not seen everywhere: cannot watch " + real(directory);
    if (why.value() == ENOSPC)
        text += ": no inotify watch is left (" + limit_of("max_user_watches") +
                "); raise it with sysctl, or leave directories out of `watch`: \"!node_modules\"";
    else if (why.value() == EMFILE)
        text += ": no inotify instance is left (" + limit_of("max_user_instances") +
                "; raise it with sysctl), or no descriptor (ulimit -n)";
    else
        text += ": " + why.message();
    complain_(text);
}

std::string watcher::real(std::string const& path) const
{
    if (path.starts_with('/'))
        return path;
    return path == "." ? root_ : root_ + '/' + path;
}

} // namespace procd::app
