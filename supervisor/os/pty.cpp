#include "supervisor/os/pty.hpp"

#include <cstdio>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace os {
namespace {

constexpr int slave_flags = O_RDWR | O_NOCTTY | O_CLOEXEC;

// Opens the slave. The ioctl of Linux 4.13 works in any mount namespace, and the path is the
// fallback.
unique_fd open_slave(int master)
{
    int unlock = 0;
    if (::ioctl(master, TIOCSPTLCK, &unlock) != 0)
        return {};
#ifdef TIOCGPTPEER
    if (int const fd = ::ioctl(master, TIOCGPTPEER, slave_flags); fd >= 0)
        return unique_fd{fd};
#endif
    int number = 0;
    if (::ioctl(master, TIOCGPTN, &number) != 0)
        return {};
    char name[32];
    std::snprintf(name, sizeof name, "/dev/pts/%d", number);
    return unique_fd{::open(name, slave_flags)};
}

} // namespace

int foreground_group(int master)
{
    int group = 0;
    return ::ioctl(master, TIOCGPGRP, &group) == 0 ? group : 0;
}

error_code resize_pty(int fd, window_size window)
{
    winsize size{};
    size.ws_row = window.rows;
    size.ws_col = window.columns;
    return ::ioctl(fd, TIOCSWINSZ, &size) == 0 ? error_code{} : last_error();
}

result<pty_pair> open_pty(window_size window, user_identity const* owner, bool for_person)
{
    pty_pair pair;
    pair.master.reset(::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    if (!pair.master)
        return last_error();
    pair.slave = open_slave(pair.master.get());
    if (!pair.slave)
        return last_error();
    termios mode{};
    if (::tcgetattr(pair.slave.get(), &mode) != 0)
        return last_error();
    if (!for_person)
        mode.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    if (::tcsetattr(pair.slave.get(), TCSANOW, &mode) != 0)
        return last_error();
    if (auto const ec = resize_pty(pair.slave.get(), window))
        return ec;
    if (owner != nullptr && ::fchown(pair.slave.get(), owner->uid, static_cast<gid_t>(-1)) != 0)
        return last_error();
    return pair;
}

} // namespace os
