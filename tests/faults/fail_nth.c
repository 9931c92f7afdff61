// Makes one call of one function of the C library fail, in the program named procd alone. It is put
// before the C library with LD_PRELOAD, and told what to do by variables:
//
//   FAIL_FUNCTION  the name of the function; all others work
//   FAIL_NTH       which of its calls fails, from 1
//   FAIL_ERRNO     the number of its error
//   FAIL_REPORT    a file that is made when the call has failed; without it there was no hit
//   FAIL_AFTER     may be missing: a file; calls are counted once it exists
//   FAIL_ON        may be missing: all calls after the Nth fail too
//
// Several functions count as one: `dup` means each way to copy a descriptor, `rename` and `open`
// mean each form of these, `memory` means each way to get memory (and `malloc` that one alone), and
// `clone3` means the system call (fail_clone3.c). Calls are counted in procd and in its forked
// children until their exec, the guardian among them. Memory is counted in procd itself alone. The
// insides of the C library (fopen, for example) make no calls that can be seen here.
#include "fail_nth.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static char const* function; // null: nothing fails in this program
static long nth;
static int number;
static char const* report;
static char const* after;
static int goes_on;
static int calls;
static pid_t program; // procd itself

static void* next(char const* name)
{
    return dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void begin(void)
{
    char const* const name = getenv("FAIL_FUNCTION");
    char const* const which = getenv("FAIL_NTH");
    char const* const error = getenv("FAIL_ERRNO");
    report = getenv("FAIL_REPORT");
    after = getenv("FAIL_AFTER");
    if (!name || !which || !error || !report || strcmp(program_invocation_short_name, "procd") != 0)
        return;
    nth = atol(which);
    goes_on = getenv("FAIL_ON") != NULL;
    program = getpid();
    number = atoi(error);
    function = name;
    if (strcmp(name, "clone3") == 0)
        watch_clone3(report);
}

// Tells whether this call is the one that fails. The report is made by the kernel directly, because
// its own calls are not to be counted.
int fails(char const* name)
{
    if (!function || strcmp(function, name) != 0)
        return 0;
    int const before = errno;
    int const waits = after && syscall(SYS_faccessat, AT_FDCWD, after, F_OK) != 0;
    errno = before;
    if (waits)
        return 0;
    int const call = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    if (goes_on ? call < nth : call != nth)
        return 0;
    int const made =
        (int)syscall(SYS_openat, AT_FDCWD, report, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    if (made >= 0)
        close(made);
    errno = number;
    return 1;
}

// Defines a function that fails when it is told to, and calls the real one otherwise.
// The real one is found early, because a child that shares procd's memory must not look for it.
#define FOUND_EARLY(real, name)                                                                    \
    __attribute__((constructor)) static void find_##name(void)                                     \
    {                                                                                              \
        *(void**)&real = next(#name);                                                              \
    }

#define WRAP(result, name, counts_as, parameters, arguments)                                       \
    static result(*real_##name) parameters;                                                        \
    FOUND_EARLY(real_##name, name)                                                                 \
    result name parameters                                                                         \
    {                                                                                              \
        if (!real_##name)                                                                          \
            find_##name();                                                                         \
        return fails(counts_as) ? (result)-1 : real_##name arguments;                              \
    }

WRAP(int, dup, "dup", (int fd), (fd))
WRAP(int, pipe2, "pipe2", (int ends[2], int flags), (ends, flags))
WRAP(int, dup2, "dup", (int fd, int copy), (fd, copy))
WRAP(int, dup3, "dup", (int fd, int copy, int flags), (fd, copy, flags))
WRAP(int, socket, "socket", (int domain, int type, int protocol), (domain, type, protocol))
WRAP(int, socketpair, "socketpair", (int domain, int type, int protocol, int ends[2]),
     (domain, type, protocol, ends))
WRAP(int, epoll_ctl, "epoll_ctl", (int epoll, int action, int fd, struct epoll_event* event),
     (epoll, action, fd, event))
WRAP(int, accept4, "accept4", (int fd, struct sockaddr* address, socklen_t* length, int flags),
     (fd, address, length, flags))
WRAP(ssize_t, write, "write", (int fd, void const* bytes, size_t size), (fd, bytes, size))
WRAP(int, fsync, "fsync", (int fd), (fd))
WRAP(int, rename, "rename", (char const* from, char const* to), (from, to))
WRAP(int, renameat, "rename", (int from_at, char const* from, int to_at, char const* to),
     (from_at, from, to_at, to))
WRAP(int, renameat2, "rename",
     (int from_at, char const* from, int to_at, char const* to, unsigned int flags),
     (from_at, from, to_at, to, flags))
WRAP(pid_t, fork, "fork", (void), ())

// Each form of open() counts as `open`. The mode may be missing.
#define WRAP_OPEN(name, parameters, ...)                                                           \
    static int(*real_##name) parameters;                                                           \
    FOUND_EARLY(real_##name, name)                                                                 \
    int name parameters                                                                            \
    {                                                                                              \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        int const mode = va_arg(rest, int);                                                        \
        va_end(rest);                                                                              \
        if (!real_##name)                                                                          \
            find_##name();                                                                         \
        return fails("open") ? -1 : real_##name(__VA_ARGS__, mode);                                \
    }

WRAP_OPEN(open, (char const* path, int flags, ...), path, flags)
WRAP_OPEN(open64, (char const* path, int flags, ...), path, flags)
WRAP_OPEN(openat, (int at, char const* path, int flags, ...), at, path, flags)
WRAP_OPEN(openat64, (int at, char const* path, int flags, ...), at, path, flags)

// fcntl counts as `dup` where it copies a descriptor.
#define WRAP_FCNTL(name)                                                                           \
    static int (*real_##name)(int fd, int command, ...);                                           \
    FOUND_EARLY(real_##name, name)                                                                 \
    int name(int fd, int command, ...)                                                             \
    {                                                                                              \
        va_list rest;                                                                              \
        va_start(rest, command);                                                                   \
        void* const argument = va_arg(rest, void*);                                                \
        va_end(rest);                                                                              \
        if (!real_##name)                                                                          \
            find_##name();                                                                         \
        int const copies = command == F_DUPFD || command == F_DUPFD_CLOEXEC;                       \
        return copies && fails("dup") ? -1 : real_##name(fd, command, argument);                   \
    }

WRAP_FCNTL(fcntl)
WRAP_FCNTL(fcntl64)

static int no_memory(char const* way)
{
    if (!function || getpid() != program)
        return 0;
    return fails(strcmp(function, "memory") == 0 ? "memory" : way);
}

extern void* __libc_malloc(size_t size);
void* malloc(size_t size)
{
    return no_memory("malloc") ? NULL : __libc_malloc(size);
}

// Asio gets the memory of its handlers so.
extern void* __libc_memalign(size_t alignment, size_t size);
void* aligned_alloc(size_t alignment, size_t size)
{
    return no_memory("aligned_alloc") ? NULL : __libc_memalign(alignment, size);
}
