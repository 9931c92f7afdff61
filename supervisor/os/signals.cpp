#include "supervisor/os/signals.hpp"

#include <cstddef>
#include <cstdint>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
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

std::vector<int> ignored_signals()
{
    constexpr std::size_t set_size = 8;
    constexpr std::uintptr_t ignore = 1; // SIG_IGN in the kernel's structure
    std::vector<int> found;
    for (int number = 1; number <= 64; ++number) {
        std::uintptr_t action[8] = {}; // the kernel's structure, which begins with the handler
        if (::syscall(SYS_rt_sigaction, number, nullptr, action, set_size) == 0 &&
            action[0] == ignore)
            found.push_back(number);
    }
    return found;
}

} // namespace os
