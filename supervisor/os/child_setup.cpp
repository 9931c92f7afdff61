// The steps of a child before the exec, in the order of run_child():
//
// 1. Join the cgroup, if the kernel could not start the child in it.
// 2. Begin a new session. The child is then the leader of a process group too. Where the session
//    was begun for it (leaderless.cpp), begin a group alone.
// 3. Take the terminal, if there is one, as the controlling terminal. Only a session leader can do
//    this.
// 4. Set the umask and the limit of open files. Both come before the change of user, because only
//    root may raise a hard limit.
// 5. Become the user: supplementary groups, group, user. After that the child has no right to
//    change them again.
// 6. Run the hooks: the standard streams, the working directory and the environment
//    (Boost.Process's initializers). They run as the user, so a directory that the user may not
//    enter is an error.
// 7. Reset the signals. Ignored signals and the mask would survive the exec.
// 8. Mark all descriptors above 2 close-on-exec, except those to be kept.
// 9. Put the sockets that are passed on in their places, and write the child's pid into its
//    environment. Nobody knows the pid before there is a child.
// 10. Try to execute each candidate path.
//
// If a step fails, the child writes {stage, errno, detail} to the status pipe and exits with 127.
// After a successful exec the parent reads the end of that pipe, because its write end is
// close-on-exec.
#include "supervisor/os/child_setup.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace os {

char const* to_string(stage step)
{
    switch (step) {
    case stage::session:
        return "session";
    case stage::terminal:
        return "terminal";
    case stage::limits:
        return "limits";
    case stage::user:
        return "user";
    case stage::stdio:
        return "stdio";
    case stage::chdir:
        return "chdir";
    case stage::environment:
        return "environment";
    case stage::setup:
        return "setup";
    case stage::sockets:
        return "sockets";
    case stage::exec:
        return "exec";
    }
    return "setup";
}

namespace {

// Writes the report. It is one write of less than PIPE_BUF bytes to an empty pipe, so it is never
// split and never blocks.
void report(int fd, child_failure const& failure)
{
    char bytes[report_size];
    bytes[0] = static_cast<char>(failure.step);
    std::memcpy(bytes + 1, &failure.error, sizeof failure.error);
    std::size_t const room = sizeof bytes - report_header;
    std::size_t const length = ::strnlen(failure.detail, room);
    std::memcpy(bytes + report_header, failure.detail, length);
    while (::write(fd, bytes, report_header + length) < 0 && errno == EINTR) {
    }
}

// Changes the user by direct system calls. The C library's functions would change every thread of
// the process, and the threads of a child that shares memory are procd's.
bool become(child_user const& user)
{
    return ::syscall(SYS_setgroups, user.group_count, user.groups) == 0 &&
           ::syscall(SYS_setresgid, user.gid, user.gid, user.gid) == 0 &&
           ::syscall(SYS_setresuid, user.uid, user.uid, user.uid) == 0;
}

// Resets all signals to their default actions and unblocks them. exec would reset handlers, but not
// ignored signals. The calls go directly to the kernel, because the C library hides two signals
// that a parent may have ignored. The kernel's structure begins with the handler, and a structure
// of zeros means SIG_DFL.
void reset_signals()
{
    constexpr std::size_t set_size = 8;
    std::uintptr_t const none[8] = {};
    for (int number = 1; number <= 64; ++number) {
        std::uintptr_t action[8] = {};
        if (::syscall(SYS_rt_sigaction, number, nullptr, action, set_size) == 0 && action[0] != 0)
            ::syscall(SYS_rt_sigaction, number, none, nullptr, set_size);
    }
    std::uint64_t const empty = 0;
    ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &empty, nullptr, set_size);
}

// Marks the descriptors above 2 close-on-exec on kernels before 5.11, which have no flag for that
// in close_range. Reads /proc/self/fd by raw getdents, which allocates no memory. False when /proc
// is missing.
bool close_on_exec_listed()
{
    int const dir = ::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return false;
    alignas(8) char buffer[2048];
    for (;;) {
        long const got = ::syscall(SYS_getdents64, dir, buffer, sizeof buffer);
        if (got <= 0)
            break;
        for (long at = 0; at < got;) {
            // struct linux_dirent64: ino 8, off 8, reclen 2, type 1, name
            unsigned short length = 0;
            std::memcpy(&length, buffer + at + 16, sizeof length);
            int fd = 0;
            char const* digit = buffer + at + 19;
            bool const number = *digit >= '0' && *digit <= '9';
            for (; *digit >= '0' && *digit <= '9'; ++digit)
                fd = fd * 10 + (*digit - '0');
            if (number && fd > 2)
                ::fcntl(fd, F_SETFD, FD_CLOEXEC);
            at += length;
        }
    }
    ::close(dir);
    return true;
}

// Marks all descriptors above stderr close-on-exec, except the ones to be kept.
void leave_descriptors(std::span<int const> kept)
{
#ifdef SYS_close_range
    bool marked = ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
#else
    bool marked = false;
#endif
    if (!marked && !close_on_exec_listed()) {
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        for (rlim_t fd = 3; fd < limit.rlim_cur; ++fd)
            ::fcntl(static_cast<int>(fd), F_SETFD, FD_CLOEXEC);
    }
    for (int const fd : kept)
        if (fd > 2)
            ::fcntl(fd, F_SETFD, 0);
}

// Executes the first candidate that exists. As in execvp, a missing candidate leads to the next
// one, and EACCES is reported rather than ENOENT.
child_failure exec(child_setup const& setup)
{
    int error = ENOENT;
    for (char const* const* path = setup.candidates; *path != nullptr; ++path) {
        ::execve(*path, const_cast<char* const*>(setup.argv),
                 const_cast<char* const*>(setup.environment));
        if (errno == EACCES)
            error = EACCES;
        else if (errno != ENOENT && errno != ENOTDIR)
            return {stage::exec, errno, *path};
    }
    return {stage::exec, error, setup.argv[0]};
}

constexpr std::size_t longest_number = 20; // digits

// Writes the digits of a number, and returns how many there are.
std::size_t write_number(char* to, long number)
{
    char digits[longest_number];
    char* first = digits + sizeof digits;
    do
        *--first = static_cast<char>('0' + number % 10);
    while ((number /= 10) != 0);
    auto const length = static_cast<std::size_t>(digits + sizeof digits - first);
    std::memcpy(to, first, length);
    return length;
}

// Puts the descriptors in their places, where they are not close-on-exec. Whatever was there is
// close-on-exec by now, so the child has no use for it. Returns errno. A place beyond the limit of
// open files is EBADF for the kernel, and means too many files here.
int pass_on(std::span<int const> descriptors)
{
    int place = STDERR_FILENO;
    for (int const fd : descriptors)
        if (::dup2(fd, ++place) < 0)
            return errno == EBADF ? EMFILE : errno;
    return 0;
}

// Begins a session, or a group in the session that the child was born in.
bool begin_session(session_place place)
{
    return place == session_place::leader ? ::setsid() >= 0 : ::setpgid(0, 0) == 0;
}

} // namespace

void fail_child(child_setup const& setup, child_failure const& failure) noexcept
{
    report(setup.status_fd, failure);
    if (setup.failed != nullptr)
        setup.failed(setup.hooks_context, failure.error);
    ::_exit(127);
}

bool join_cgroup(int cgroup_fd, long pid)
{
    int const procs = ::openat(cgroup_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    if (procs < 0)
        return false;
    char digits[longest_number];
    auto const length = write_number(digits, pid);
    bool const joined = ::write(procs, digits, length) == static_cast<ssize_t>(length);
    ::close(procs);
    return joined;
}

void run_child(child_setup const& setup) noexcept
{
    // If joining fails here, the parent notices when it tries the same. The process is then found
    // by its environment.
    if (setup.join_fd >= 0)
        join_cgroup(setup.join_fd, 0);
    if (!begin_session(setup.session))
        fail_child(setup, {stage::session, errno, ""});
    if (setup.terminal_fd >= 0 && ::ioctl(setup.terminal_fd, TIOCSCTTY, 0) != 0)
        fail_child(setup, {stage::terminal, errno, ""});
    if (setup.umask)
        ::umask(*setup.umask);
    if (setup.open_files) {
        rlimit const limit{setup.open_files->soft, setup.open_files->hard};
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
            fail_child(setup, {stage::limits, errno, "open files"});
    }
    if (setup.user && !become(*setup.user))
        fail_child(setup, {stage::user, errno, setup.user->name});
    if (setup.hooks != nullptr)
        if (child_failure const failure = setup.hooks(setup.hooks_context); failure.error != 0)
            fail_child(setup, failure);
    reset_signals();
    leave_descriptors(setup.kept);
    if (int const error = pass_on(setup.passed); error != 0)
        fail_child(setup, {stage::sockets, error, ""});
    if (setup.pid_text != nullptr)
        setup.pid_text[write_number(setup.pid_text, ::getpid())] = '\0';
    fail_child(setup, exec(setup));
}

} // namespace os
