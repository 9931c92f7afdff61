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

// The reason why an existing directory cannot be trusted, or an empty string.
std::string distrust(struct stat const& about, std::string const& path)
{
    if (about.st_uid != ::geteuid())
        return path + " belongs to another user (uid " + std::to_string(about.st_uid) +
               "), so procd does not use it; remove it, or start procd as that user";
    // The group and the sticky bit may be inherited from the directory above. They allow nobody in.
    if ((about.st_mode & 0777) != 0700)
        return path + " has mode " + octal(about.st_mode & 0777) +
               " where procd's own has 0700, so it may have been planted; look into it, then "
               "remove "
               "it (rm -r " +
               path + ") and start again";
    return {};
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

    bool const made = ::mkdirat(parent.get(), ".procd", 0700) == 0;
    if (!made && errno != EEXIST)
        return failure("cannot make " + dir.path_, errno);
    dir.fd_.reset(
        ::openat(parent.get(), ".procd", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!dir.fd_) {
        if (errno == ELOOP || errno == ENOTDIR)
            return state_dir_error{dir.path_ + " is a link or no directory, so procd does not use "
                                               "it; remove it and start again"};
        return failure("cannot open " + dir.path_, errno);
    }
    struct stat about {};
    if (::fstat(dir.fd(), &about) < 0)
        return failure("cannot look at " + dir.path_, errno);
    if (made && about.st_uid == ::geteuid() && (about.st_mode & 0777) != 0700) {
        // The umask has removed bits from the mode.
        if (::fchmod(dir.fd(), 0700) < 0 || ::fstat(dir.fd(), &about) < 0)
            return failure("cannot set the mode of " + dir.path_, errno);
    }
    if (auto why = distrust(about, dir.path_); !why.empty())
        return state_dir_error{std::move(why)};
    write_gitignore(dir.fd());
    return dir;
}

state_dir_result<state_dir> state_dir::open_given(std::string const& path)
{
    state_dir dir;
    dir.path_ = path;
    dir.fd_.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!dir.fd_)
        return failure("cannot open the state directory " + path, errno);
    struct stat about {};
    if (::fstat(dir.fd(), &about) < 0)
        return failure("cannot look at " + path, errno);
    if (about.st_uid == ::geteuid() && (about.st_mode & 0777) != 0700 &&
        (::fchmod(dir.fd(), 0700) < 0 || ::fstat(dir.fd(), &about) < 0))
        return failure("cannot set the mode of " + path, errno);
    if (auto why = distrust(about, path); !why.empty())
        return state_dir_error{std::move(why)};
    return dir;
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
