#include "supervisor/os/state_dir.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace os {

void throw_exception_from_error(state_dir_error const& e, boost::source_location const&)
{
    throw std::runtime_error(e.message);
}

namespace {

state_dir_error failure(std::string const& what, int number)
{
    return {what + ": " + std::generic_category().message(number)};
}

std::string octal(mode_t mode)
{
    char text[16];
    std::snprintf(text, sizeof text, "%04o", unsigned{mode} & 07777u);
    return text;
}

// Who may do what in a directory of ours: with `no_writers` others may look into it.
enum class privacy { complete, no_writers };

// The reason why an existing directory cannot be trusted, or an empty string.
std::string distrust(struct stat const& about, std::string const& path, privacy wanted)
{
    if (about.st_uid != ::geteuid())
        return path + " belongs to another user (uid " + std::to_string(about.st_uid) +
               "), so procd does not use it; remove it, or start procd as that user";
    // The group and the sticky bit may be inherited from the directory above. They allow nobody in.
    bool const good =
        wanted == privacy::complete ? (about.st_mode & 0777) == 0700 : (about.st_mode & 022) == 0;
    if (!good)
        return path + " has mode " + octal(about.st_mode & 0777) +
               " where procd's own has 0700, so it may have been planted; look into it, then "
               "remove it (rm -r " +
               path + ") and start again";
    return {};
}

bool refuses_writing(int number)
{
    return number == EACCES || number == EPERM || number == EROFS;
}

bool writable(int directory)
{
    return ::faccessat(directory, ".", W_OK, AT_EACCESS) == 0 || !refuses_writing(errno);
}

// Opens NAME in `parent`, whose path is `path`. It is made if it does not exist.
state_dir_result<unique_fd> open_own(int parent, std::string const& name, std::string const& path,
                                     privacy wanted)
{
    bool const made = ::mkdirat(parent, name.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) {
        auto refused = failure("cannot make " + path, errno);
        refused.root_unwritable = refuses_writing(errno);
        return refused;
    }
    auto const unusable = [parent](std::string message) {
        state_dir_error error{std::move(message)};
        error.root_unwritable = !writable(parent);
        return error;
    };
    unique_fd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) {
        int const number = errno;
        if (number == ELOOP || number == ENOTDIR)
            return unusable(path + " is a link or no directory, so procd does not use it; remove "
                                   "it and start again");
        return unusable(failure("cannot open " + path, number).message);
    }
    struct stat about {};
    if (::fstat(fd.get(), &about) < 0)
        return failure("cannot look at " + path, errno);
    if (made && about.st_uid == ::geteuid() && (about.st_mode & 0777) != 0700) {
        // The umask has removed bits from the mode.
        if (::fchmod(fd.get(), 0700) < 0 || ::fstat(fd.get(), &about) < 0)
            return failure("cannot set the mode of " + path, errno);
    }
    if (auto why = distrust(about, path, wanted); !why.empty())
        return unusable(std::move(why));
    return fd;
}

void write_gitignore(int directory)
{
    unique_fd const file(::openat(directory, ".gitignore",
                                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    // If it cannot be written (e.g. on a full disk), nothing but the next `git status` suffers.
    if (file && ::write(file.get(), "*\n", 2) != 2)
        ::unlinkat(directory, ".gitignore", 0);
}

int read_pid(int fd)
{
    char text[32] = {};
    if (::pread(fd, text, sizeof text - 1, 0) <= 0)
        return 0;
    return std::atoi(text);
}

} // namespace

state_dir_result<state_dir> state_dir::open_in(std::string const& root)
{
    unique_fd const parent(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!parent)
        return failure("cannot open " + root, errno);
    state_dir dir;
    dir.path_ = (root == "/" ? "" : root) + "/.procd";
    dir.open_again_ = [root] { return open_in(root); };
    auto own = open_own(parent.get(), ".procd", dir.path_, privacy::complete);
    if (!own)
        return own.error();
    dir.fd_ = std::move(*own);
    if (!writable(dir.fd())) {
        auto refused = failure("cannot write in " + dir.path_, errno);
        refused.root_unwritable = true;
        return refused;
    }
    write_gitignore(dir.fd());
    return dir;
}

state_dir_result<state_dir> state_dir::open_apart(std::string const& parent,
                                                  std::string const& name)
{
    auto const slash = parent.rfind('/');
    auto const base = parent.substr(0, slash);
    unique_fd const above(::open(base.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!above)
        return failure("cannot open " + base, errno);
    auto const between =
        open_own(above.get(), parent.substr(slash + 1), parent, privacy::no_writers);
    if (!between)
        return between.error();
    state_dir dir;
    dir.path_ = parent + '/' + name;
    dir.open_again_ = [parent, name] { return open_apart(parent, name); };
    auto own = open_own(between->get(), name, dir.path_, privacy::complete);
    if (!own)
        return own.error();
    dir.fd_ = std::move(*own);
    return dir;
}

state_dir_result<state_dir> state_dir::open_given(std::string const& path)
{
    state_dir dir;
    dir.path_ = path;
    dir.open_again_ = [path] {
        ::mkdir(path.c_str(), 0700); // the service manager makes it only at a start
        return open_given(path);
    };
    dir.fd_.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!dir.fd_)
        return failure("cannot open the state directory " + path, errno);
    struct stat about {};
    if (::fstat(dir.fd(), &about) < 0)
        return failure("cannot look at " + path, errno);
    if (about.st_uid == ::geteuid() && (about.st_mode & 0777) != 0700 &&
        (::fchmod(dir.fd(), 0700) < 0 || ::fstat(dir.fd(), &about) < 0))
        return failure("cannot set the mode of " + path, errno);
    if (auto why = distrust(about, path, privacy::complete); !why.empty())
        return state_dir_error{std::move(why)};
    return dir;
}

bool state_dir::in_place() const
{
    struct stat ours {};
    struct stat named {};
    auto const same = [&] { return ours.st_dev == named.st_dev && ours.st_ino == named.st_ino; };
    return ::fstat(fd(), &ours) == 0 && ::stat(path_.c_str(), &named) == 0 && same() &&
           (!lock_ || (::fstat(lock_.get(), &ours) == 0 &&
                       ::fstatat(fd(), "lock", &named, AT_SYMLINK_NOFOLLOW) == 0 && same()));
}

state_dir_result<void> state_dir::make_again()
{
    auto fresh = open_again_();
    if (!fresh)
        return fresh.error();
    if (auto const locked = fresh->lock(); !locked)
        return locked.error();
    if (::dup3(fresh->fd(), fd(), O_CLOEXEC) < 0)
        return failure("cannot use " + path_, errno);
    lock_ = std::move(fresh->lock_);
    return {};
}

state_dir_result<void> state_dir::lock()
{
    unique_fd file(
        ::openat(fd(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
    if (!file)
        return failure("cannot open " + path_ + "/lock", errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK)
            return failure("cannot lock " + path_ + "/lock", errno);
        int const holder = read_pid(file.get());
        std::string const who = holder > 0 ? " (pid " + std::to_string(holder) + ")" : "";
        return state_dir_error{"another procd" + who + " runs here already (" + path_ +
                                   " is locked); use procctl to talk to it, or end it with "
                                   "'procctl shutdown'",
                               true, holder};
    }
    lock_ = std::move(file);
    write_pid();
    return {};
}

void state_dir::write_pid()
{
    std::string const text = std::to_string(::getpid()) + "\n";
    // The lock does not depend on this. Only the message of another procd would lack the pid.
    if (::ftruncate(lock_.get(), 0) < 0 || ::pwrite(lock_.get(), text.data(), text.size(), 0) < 0)
        return;
}

} // namespace os
