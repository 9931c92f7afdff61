#include "supervisor/os/child.hpp"

#include "supervisor/os/proc_fs.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace os {
namespace {

core::exit_status status_of(siginfo_t const& info)
{
    if (info.si_code == CLD_EXITED)
        return core::exited{info.si_status};
    return core::signaled{info.si_status, info.si_code == CLD_DUMPED};
}

// One call of waitid that neither reaps nor waits.
std::optional<ended_child> peek(idtype_t type, int pid)
{
    siginfo_t info{};
    while (::waitid(type, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0)
        if (errno != EINTR)
            return std::nullopt;
    if (info.si_pid == 0)
        return std::nullopt;
    return ended_child{info.si_pid, status_of(info)};
}

std::uint64_t microseconds(timeval const& time)
{
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(time.tv_usec);
}

} // namespace

std::optional<ended_child> peek_ended_child()
{
    return peek(P_ALL, 0);
}

std::optional<ended_child> peek_ended_child(int pid)
{
    return peek(P_PID, pid);
}

std::vector<ended_child> ended_children()
{
    std::vector<ended_child> ended;
    if (!peek_ended_child())
        return ended;
    for (int const pid : own_children())
        if (auto const child = peek_ended_child(pid))
            ended.push_back(*child);
    return ended;
}

bool reap(int pid, std::uint64_t* cpu_microseconds)
{
    // The kernel's own waitid gives the resources that the child used. The C library's does not.
    siginfo_t info{};
    rusage used{};
    while (::syscall(SYS_waitid, P_PID, pid, &info, WEXITED | WNOHANG, &used) != 0)
        if (errno != EINTR)
            return false;
    if (info.si_pid != pid)
        return false;
    if (cpu_microseconds != nullptr)
        *cpu_microseconds = microseconds(used.ru_utime) + microseconds(used.ru_stime);
    return true;
}

error_code send_signal(int pid, int number)
{
    return ::kill(pid, number) == 0 ? error_code{} : last_error();
}

error_code become_subreaper()
{
    ::signal(SIGCHLD, SIG_DFL);
    return ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? error_code{} : last_error();
}

} // namespace os
