// The way of a change to its report:
// 1. The kernel tells that something has happened in a directory. drain() takes all events that are
//    there, and happened() asks the tree whether each concerns a subject.
// 2. A changed file puts its directory on touched_, which is read once all is quiet, however often
//    the file is written. A change of the tree itself (a new or moved directory) puts the directory
//    on unread_, because new directories must be watched at once.
// 3. Each event of either kind restarts the quiet time. When it is over, the touched directories
//    are read, and the changes are reported (watcher_reading.cpp).
// 4. libuv does not tell that the kernel's queue has overflowed. When one drain() takes as many
//    events as may mean that, all directories are read again.
#include "supervisor/app/watcher.hpp"

#include "supervisor/loop/adopt.hpp"
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

// So many events at once may be the rest of a queue that has overflowed.
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
    take_up(); // otherwise changes of the last moment would count as the state at the beginning
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
    if (auto const refused = loop::adopt(readable_, io_.get_executor(), *copy)) {
        refuse(".", refused);
        return;
    }
    events_ = std::move(*made);
    std::vector<procfile::watch_patterns> patterns;
    for (auto const& s : subjects_)
        patterns.push_back(s.patterns);
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

// Takes all events that are there, also those that concern no subject: they count towards an
// overflow of the queue.
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
    auto const concerned = tree_->concerns(directory, name, renamed);
    if (concerned == concern::none)
        return;
    note_activity();
    last_of_[core::watched_tree::join(directory, name)] = last_;
    if (concerned == concern::file) { // read once at the end, however often the file is written
        touched_.insert(directory);
        return;
    }
    if (name.empty()) // the directory itself: another one may have its name by now
        replaced_.insert(directory);
    read_soon({directory});
}

// Something may have changed, so the report waits until nothing happens any more.
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

// Reports the first directory that cannot be watched. Further ones are not reported, because their
// cause is most likely the same.
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

} // namespace procd::app
