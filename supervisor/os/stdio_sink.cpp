// procd shares its stdout with the shell and other processes. O_NONBLOCK is a flag of the open
// file, so setting it would change the descriptor of all of them. procd avoids that in these steps:
//
// 1. A socket needs no flag: each send has MSG_DONTWAIT.
// 2. A regular file never makes a writer wait.
// 3. A pipe or terminal is opened again through /proc/self/fd. That gives a new open file, which
//    can be non-blocking without harm.
// 4. If a terminal cannot be opened so because it belongs to another user, /dev/tty is tried. It is
//    the same terminal if the device numbers agree.
// 5. If nothing helps, procd asks with poll() before each write, and writes at most PIPE_BUF bytes.
//
// To wait for room, watch() makes an epoll descriptor that contains the target. A reactor waits for
// that descriptor. EPOLLONESHOT keeps it silent until arm().
#include "supervisor/os/stdio_sink.hpp"

#include <climits>

#include <algorithm>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace os {

namespace {

using manner = stdio_sink::manner;

constexpr int reopen_flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

// Opens the terminal of `fd` as /dev/tty, if it is the controlling terminal. This works even if the
// terminal belongs to another user.
unique_fd open_controlling_terminal(int fd)
{
    struct stat wanted {};
    unsigned device = 0;
    unique_fd tty(::open("/dev/tty", reopen_flags));
    if (!tty || ::fstat(fd, &wanted) != 0 || ::ioctl(tty.get(), TIOCGDEV, &device) != 0)
        return {};
    // TIOCGDEV gives the kernel's 32-bit form: the low byte of the minor number, then the major
    // number, then the rest of the minor number.
    auto const major = device >> 8u & 0xfffu;
    auto const minor = (device & 0xffu) | (device >> 12u & 0xfff00u);
    bool const same =
        gnu_dev_major(wanted.st_rdev) == major && gnu_dev_minor(wanted.st_rdev) == minor;
    return same ? std::move(tty) : unique_fd();
}

unique_fd reopen(int fd, bool terminal)
{
    unique_fd again(::open(("/proc/self/fd/" + std::to_string(fd)).c_str(), reopen_flags));
    if (!again && terminal)
        again = open_controlling_terminal(fd);
    return again;
}

manner manner_of(int fd, unique_fd& own)
{
    struct stat s {};
    if (::fstat(fd, &s) != 0)
        return manner::plain; // the descriptor is closed, so every write will fail with that error
    if (S_ISSOCK(s.st_mode))
        return manner::socket;
    bool const terminal = S_ISCHR(s.st_mode) && ::isatty(fd) == 1;
    if (!S_ISFIFO(s.st_mode) && !terminal)
        return manner::plain;
    own = reopen(fd, terminal);
    return own ? manner::reopened : manner::careful;
}

// The number of bytes that a pipe takes at once if poll() reports it writable. It is more than what
// a terminal's echo leaves room for.
constexpr std::size_t small_piece = PIPE_BUF;

ssize_t write_carefully(int fd, std::string_view bytes)
{
    pollfd ready{fd, POLLOUT, 0};
    if (::poll(&ready, 1, 0) < 0)
        return -1;
    if ((ready.revents & (POLLOUT | POLLERR | POLLHUP | POLLNVAL)) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return ::write(fd, bytes.data(), std::min(bytes.size(), small_piece));
}

} // namespace

stdio_sink::stdio_sink(int fd) : fd_(fd), manner_(manner_of(fd, own_)) {}

result<std::size_t> stdio_sink::write(std::string_view bytes) const
{
    for (;;) {
        ssize_t written = -1;
        switch (manner_) {
        case manner::reopened:
        case manner::plain:
            written = ::write(target(), bytes.data(), bytes.size());
            break;
        case manner::socket:
            written = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            break;
        case manner::careful:
            written = write_carefully(fd_, bytes);
            break;
        }
        if (written >= 0)
            return static_cast<std::size_t>(written);
        if (errno != EINTR)
            return last_error();
    }
}

result<unique_fd> stdio_sink::watch() const
{
    unique_fd watcher(::epoll_create1(EPOLL_CLOEXEC));
    if (!watcher)
        return last_error();
    epoll_event nothing{};
    nothing.events = EPOLLONESHOT;
    if (::epoll_ctl(watcher.get(), EPOLL_CTL_ADD, target(), &nothing) != 0)
        return last_error();
    return watcher;
}

error_code stdio_sink::arm(unique_fd const& watch) const
{
    epoll_event writable{};
    writable.events = EPOLLOUT | EPOLLONESHOT;
    if (::epoll_ctl(watch.get(), EPOLL_CTL_MOD, target(), &writable) != 0)
        return last_error();
    return {};
}

bool same_file(int a, int b)
{
    struct stat x {
    }, y{};
    return ::fstat(a, &x) == 0 && ::fstat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

void say_without_waiting(int fd, std::string_view text)
{
    pollfd ready{fd, POLLOUT, 0};
    if (::poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0) {
        // If this fails, there is nobody left who could be told.
        [[maybe_unused]] auto const written =
            ::write(fd, text.data(), std::min(text.size(), small_piece));
    }
}

} // namespace os
