// The steps, in three processes:
//
// 1. procd clones the maker, into the cgroup of the process where there is one. The maker joins the
//    cgroup by itself if it could not be started in it, so that the process is born there.
// 2. The maker begins a session and clones the process with CLONE_PARENT, so that it is procd's
//    child. Then the maker ends, and the session has no leader any more.
// 3. The process writes its pid to the status pipe, and takes the steps of every child. With shared
//    memory the maker is suspended until the process has executed its command, and procd until the
//    maker has ended.
// 4. procd reads the pid and reaps the maker. The maker has nothing left to do by then, so procd
//    does not wait for it.
#include "supervisor/os/leaderless.hpp"

#include <cerrno>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace os {
namespace {

void write_pid(int fd, int pid)
{
    while (::write(fd, &pid, sizeof pid) < 0 && errno == EINTR) {
    }
}

void run_process(void* context)
{
    auto const& setup = static_cast<leaderless_launch const*>(context)->setup;
    write_pid(setup.status_fd, ::getpid());
    run_child(setup);
}

} // namespace

void run_session_maker(void* context)
{
    auto& launch = *static_cast<leaderless_launch*>(context);
    auto& setup = launch.setup;
    if (setup.join_fd >= 0 && join_cgroup(setup.join_fd, 0))
        setup.join_fd = -1;
    child_failure failure{stage::session, 0, ""};
    if (::setsid() < 0)
        failure.error = errno;
    else if (auto const made = clone_sibling(run_process, context, launch.mode); !made)
        failure.error = made.error().value();
    if (failure.error == 0)
        ::_exit(0);
    write_pid(setup.status_fd, 0);
    fail_child(setup, failure);
}

result<int> await_leaderless(int status_fd, int maker)
{
    int pid = 0;
    ssize_t got = -1;
    while ((got = ::read(status_fd, &pid, sizeof pid)) < 0 && (errno == EAGAIN || errno == EINTR)) {
        pollfd waiting{status_fd, POLLIN, 0};
        ::poll(&waiting, 1, -1);
    }
    while (::waitpid(maker, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (got != static_cast<ssize_t>(sizeof pid) || pid <= 0)
        return error_of(ECHILD);
    return pid;
}

} // namespace os
