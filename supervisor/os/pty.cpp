#include "supervisor/os/pty.hpp"

#include "supervisor/os/file.hpp"

#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string>
#include <sys/ioctl.h>
#include <sys/syscall.h>
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

// The file that a link in /proc leads to. It is not opened, because it may be on a file system that
// does not answer.
std::string target_of(std::string const& link)
{
    char text[256];
    auto const size = ::readlink(link.c_str(), text, sizeof text);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

} // namespace

int foreground_group(int master)
{
    int group = 0;
    return ::ioctl(master, TIOCGPGRP, &group) == 0 ? group : 0;
}

bool takes_keys(int fd)
{
    termios mode{};
    return ::tcgetattr(fd, &mode) == 0 && (mode.c_lflag & (ICANON | ECHO)) != (ICANON | ECHO);
}

bool is_reading(int pid, int slave)
{
    auto const terminal = target_of("/proc/self/fd/" + std::to_string(slave));
    if (terminal.empty())
        return false;
    std::string const process = "/proc/" + std::to_string(pid);
    std::unique_ptr<DIR, int (*)(DIR*)> const threads(::opendir((process + "/task").c_str()),
                                                      ::closedir);
    while (threads) {
        dirent const* const thread = ::readdir(threads.get());
        if (thread == nullptr)
            break;
        auto const call = read_file(process + "/task/" + thread->d_name + "/syscall", 256);
        long number = -1;
        unsigned fd = 0; // the first argument of the call
        if (!call || std::sscanf(call->c_str(), "%ld %x", &number, &fd) != 2 || number != SYS_read)
            continue;
        if (target_of(process + "/fd/" + std::to_string(fd)) == terminal)
            return true;
    }
    return false;
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
