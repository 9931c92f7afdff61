// A cgroup v2 directory is made by mkdir, and removed by rmdir once no live process is in it. Its
// files do the rest: cgroup.procs lists its processes, cgroup.events tells whether a live process
// is in it or below, and a "1" written to cgroup.kill ends all of them.
//
// The app's directory is made in these steps (cgroup_tree::make):
//
// 1. cgroup_mount finds the directory of procd's own cgroup.
// 2. If `procd-NAME` exists there, its lock (flock) says whose it is. A living procd holds the lock
//    of its directory; it may be a stranger whose state directory has the same path in another
//    mount namespace. Without a holder, a procd that is dead has left the directory: its processes
//    are killed, procd waits until they are gone, and removes the directory.
// 3. The directory is made anew and locked. It is not used again as it is, because the guardian of
//    the dead procd may still be at work: it removes the directory that it knows by its inode.
// 4. If the old directory belongs to a living procd, or an old process cannot be killed, the old
//    directory stays, and the new one is called `procd-NAME.2` and so on.
#include "supervisor/os/cgroup.hpp"

#include "supervisor/os/cgroup_files.hpp"
#include "supervisor/os/cgroup_mount.hpp"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace os {

using namespace cgroup_files;

bool remove_cgroup(std::string const& path)
{
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT)
        return true;
    for (auto const& below : subdirectories(path))
        remove_cgroup(below);
    return ::rmdir(path.c_str()) == 0 || errno == ENOENT;
}

bool cgroup_populated(std::string const& path)
{
    return number_of(path + "/cgroup.events", "populated").value_or(0) != 0;
}

error_code kill_cgroup(std::string const& path)
{
    return write_file(path + "/cgroup.kill", "1");
}

namespace {

// Kills the processes that a dead procd has left in a directory and waits until they are gone, for
// two seconds at most. Every process obeys SIGKILL at once, unless it is stuck in the kernel.
void clear_out(std::string const& path)
{
    constexpr int patience_ms = 2'000;
    unique_fd const events{::open((path + "/cgroup.events").c_str(), O_RDONLY | O_CLOEXEC)};
    if (events && cgroup_populated(path)) {
        kill_cgroup(path);
        char byte[64];
        // Reading the file arms the notification of poll(). The value is read again after that,
        // because it may have changed before.
        while (::pread(events.get(), byte, sizeof byte, 0) > 0 && cgroup_populated(path)) {
            pollfd changed{events.get(), POLLPRI, 0};
            if (::poll(&changed, 1, patience_ms) <= 0)
                break;
        }
    }
    for (auto const& below : subdirectories(path))
        remove_cgroup(below);
}

} // namespace

namespace {

// Opens the directory and takes its lock, which the kernel releases when this process has ended.
// EWOULDBLOCK: a living procd has the lock, or the path has got another directory meanwhile.
result<unique_fd> lock_directory(std::string const& path)
{
    unique_fd held{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!held || ::flock(held.get(), LOCK_EX | LOCK_NB) != 0)
        return last_error();
    struct stat ours {};
    struct stat named {};
    if (::fstat(held.get(), &ours) != 0 || ::stat(path.c_str(), &named) != 0)
        return last_error();
    if (ours.st_ino != named.st_ino || ours.st_dev != named.st_dev)
        return error_of(EWOULDBLOCK);
    return held;
}

// Makes a new directory and locks it. One that a dead procd has left is emptied and removed first.
// It is not used again, because the guardian of the dead procd may still be at work in it. EEXIST:
// there is one that cannot be removed, because its procd lives or its processes cannot be killed.
result<unique_fd> make_anew(std::string const& path)
{
    if (auto const old = lock_directory(path)) {
        clear_out("/proc/self/fd/" + std::to_string(old->get()));
        ::rmdir(path.c_str());
    } else if (old.error() != error_of(ENOENT)) {
        return error_of(EEXIST);
    }
    if (::mkdir(path.c_str(), 0755) != 0)
        return last_error();
    auto made = lock_directory(path);
    if (!made && made.error() == error_of(EWOULDBLOCK)) // another procd was faster
        return error_of(EEXIST);
    if (made && ::access((path + "/cgroup.kill").c_str(), W_OK) == 0)
        return made;
    auto const ec = !made ? made.error() : errno == ENOENT ? error_of(ENOSYS) : last_error();
    ::rmdir(path.c_str());
    return ec;
}

} // namespace

result<cgroup_tree> cgroup_tree::make(std::string const& name)
{
    std::string const own =
        own_cgroup_directory(read_file("/proc/self/mountinfo"), read_file("/proc/self/cgroup"));
    if (own.empty())
        return error_of(ENODEV);
    std::string const first = own + "/procd-" + name;
    std::string path = first;
    auto made = make_anew(path);
    constexpr int most_tries = 1000;
    for (int i = 2; !made && made.error() == error_of(EEXIST) && i <= most_tries; ++i) {
        path = first;
        path += "." + std::to_string(i);
        made = make_anew(path);
    }
    if (!made)
        return made.error();
    cgroup_tree tree;
    tree.path_ = path;
    tree.directory_ = std::move(*made);
    return tree;
}

// Opens and locks the directory again. The descriptor keeps its number, because the leaves have
// copied it.
error_code cgroup_tree::open_again()
{
    auto const made = lock_directory(path_);
    if (!made)
        return made.error();
    return ::dup3(made->get(), directory_.get(), O_CLOEXEC) < 0 ? last_error() : error_code();
}

cgroup_tree::cgroup_tree(cgroup_tree&& other) noexcept
    : path_(std::exchange(other.path_, {})), self_(std::exchange(other.self_, {})),
      directory_(std::move(other.directory_))
{
}

cgroup_tree& cgroup_tree::operator=(cgroup_tree&& other) noexcept
{
    std::swap(path_, other.path_);
    std::swap(self_, other.self_);
    std::swap(directory_, other.directory_);
    return *this;
}

cgroup_tree::~cgroup_tree()
{
    if (path_.empty())
        return;
    remove_cgroup(path_);
    move_back();
}

} // namespace os
