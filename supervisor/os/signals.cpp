#include "supervisor/os/signals.hpp"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace os {

void ignore_write_signals()
{
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);
}

result<unique_fd> child_signal()
{
    sigset_t chld;
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    if (::sigprocmask(SIG_SETMASK, &chld, nullptr) != 0)
        return last_error();
    unique_fd fd{::signalfd(-1, &chld, SFD_NONBLOCK | SFD_CLOEXEC)};
    if (!fd)
        return last_error();
    return fd;
}

void take_child_signals(int fd)
{
    signalfd_siginfo taken[2]; // at most one is pending for the thread and one for the process
    [[maybe_unused]] auto const n = ::read(fd, taken, sizeof taken);
}

} // namespace os
