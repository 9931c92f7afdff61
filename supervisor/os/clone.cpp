// The attempts to create a child, in this order:
//
// 1. clone3 into the cgroup, with shared or copied memory as the caller asks. With shared memory
//    nothing is copied. The child is in its cgroup from its first instruction on.
// 2. If that is refused, or there is no cgroup: clone3 without a cgroup and with shared memory, if
//    the caller asks for that.
// 3. If that is refused too, or the memory is to be copied: plain fork.
//
// A child that was not started in its cgroup joins it before the exec. The parent then moves the
// child there as well, because the result tells whether the child is in it.
//
// If the reason of a refusal is a shortage (EAGAIN, ENOMEM), a second attempt would fail as well,
// so the error is returned at once.
//
// With shared memory the child needs a stack of its own, and must not return into a stack frame of
// its parent. The C library has no function for that: its fork and vfork take no cgroup, and its
// clone is not clone3. That is why clone3_call() is written in assembly. The parent is suspended
// until the child has executed its program (CLONE_VFORK), so the child's stack can be an array in
// the parent's frame. All signals are blocked meanwhile, because a handler of procd's would run in
// procd's memory.
#include "supervisor/os/clone.hpp"

#include "supervisor/os/child_setup.hpp"
#include "supervisor/os/sanitizer.hpp"

#include <cstddef>
#include <cstdint>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#if !defined(OS_SANITIZED) && defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#define OS_SHARED_CLONE 1
#endif

namespace os {
namespace {

// Blocks every signal, also the two that the C library hides. A signal handler of procd must not
// run in a child that shares its memory.
class all_signals_blocked {
public:
    all_signals_blocked() { ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all_, &saved_, set_size); }
    ~all_signals_blocked()
    {
        ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &saved_, nullptr, set_size);
    }
    all_signals_blocked(all_signals_blocked const&) = delete;
    all_signals_blocked& operator=(all_signals_blocked const&) = delete;

private:
    static constexpr std::size_t set_size = 8;
    std::uint64_t all_ = ~std::uint64_t{0};
    std::uint64_t saved_ = 0;
};

// The arguments for a child that starts in a cgroup, or outside if `cgroup_fd` is -1.
clone_args arguments(int cgroup_fd)
{
    clone_args args{};
    args.exit_signal = SIGCHLD;
    if (cgroup_fd >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = static_cast<__u64>(cgroup_fd);
    }
    return args;
}

#ifdef OS_SHARED_CLONE
constexpr std::uint64_t clear_handlers = 0x100000000; // CLONE_CLEAR_SIGHAND, since Linux 5.5

// Calls clone3 for a child on another stack of the same memory. The C library has no such function.
// The child calls `body` at once and never returns through this frame, so the system call and the
// call of `body` are in one piece of assembly. The child has its own copies of all registers.
long clone3_call(clone_args* args, void (*body)(void*), void* context)
{
#if defined(__x86_64__)
    long result = SYS_clone3;
    register void (*function)(void*) __asm__("r12") = body;
    register void* argument __asm__("r13") = context;
    __asm__ volatile("syscall\n\t"
                     "testq %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xorl %%ebp, %%ebp\n\t"
                     "movq %%r13, %%rdi\n\t"
                     "callq *%%r12\n\t"
                     "hlt\n"
                     "1:"
                     : "+a"(result)
                     : "D"(args), "S"(sizeof *args), "r"(function), "r"(argument)
                     : "rcx", "r11", "memory", "cc");
    return result;
#else
    register long number __asm__("x8") = SYS_clone3;
    register long first __asm__("x0") = reinterpret_cast<long>(args);
    register long second __asm__("x1") = sizeof *args;
    register void (*function)(void*) __asm__("x20") = body;
    register void* argument __asm__("x21") = context;
    __asm__ volatile("svc #0\n\t"
                     "cbnz x0, 1f\n\t"
                     "mov x29, xzr\n\t"
                     "mov x30, xzr\n\t"
                     "mov x0, x21\n\t"
                     "blr x20\n\t"
                     "brk #0\n"
                     "1:"
                     : "+r"(first)
                     : "r"(number), "r"(second), "r"(function), "r"(argument)
                     : "memory", "cc");
    return first;
#endif
}

// Stacks of processes with shared memory. A process that makes another one has the other's stack
// in its own.
constexpr std::size_t sibling_stack = std::size_t{16} * 1024;
constexpr std::size_t child_stack = std::size_t{48} * 1024;

// Creates a child with shared memory. Its stack is an array in this frame, which stays valid
// because the caller is suspended until the child needs it no more.
template <std::size_t Size>
[[gnu::noinline]] long clone_shared(clone_args args, void (*body)(void*), void* context)
{
    alignas(16) char stack[Size];
    args.flags |= CLONE_VM | CLONE_VFORK | clear_handlers;
    args.stack = reinterpret_cast<std::uintptr_t>(stack);
    args.stack_size = sizeof stack;
    long const pid = clone3_call(&args, body, context);
    if (pid < 0)
        errno = static_cast<int>(-pid);
    return pid < 0 ? -1 : pid;
}
#endif

// Creates a child with a copy of the memory.
long clone_copied(clone_args args, void (*body)(void*), void* context)
{
    // Without a cgroup fork does the same, and the C library can keep its own records up to date.
    long const pid = args.flags == 0 ? ::fork() : ::syscall(SYS_clone3, &args, sizeof args);
    if (pid == 0)
        body(context);
    return pid;
}

long clone_with(clone_args const& args, void (*body)(void*), void* context, memory mode)
{
#ifdef OS_SHARED_CLONE
    if (mode == memory::shared) {
        long const pid = clone_shared<child_stack>(args, body, context);
        // Seccomp filters and old kernels may refuse clone3 or its flags, but not fork. With a
        // cgroup the caller tries again without it first.
        if (pid >= 0 || args.flags != 0 ||
            (errno != ENOSYS && errno != EPERM && errno != EACCES && errno != EINVAL))
            return pid;
    }
#else
    static_cast<void>(mode);
#endif
    return clone_copied(args, body, context);
}

} // namespace

result<cloned> clone_child(void (*body)(void*), void* context, int cgroup_fd, memory mode,
                           int* join_fd)
{
    all_signals_blocked const blocked;
    if (cgroup_fd >= 0) {
        if (long const pid = clone_with(arguments(cgroup_fd), body, context, mode); pid > 0)
            return cloned{static_cast<int>(pid), true};
        if (errno == EAGAIN || errno == ENOMEM)
            return last_error();
    }
    *join_fd = cgroup_fd;
    long const pid = clone_with(arguments(-1), body, context, mode);
    if (pid < 0)
        return last_error();
    return cloned{static_cast<int>(pid), cgroup_fd >= 0 && join_cgroup(cgroup_fd, pid)};
}

// clone3 takes no exit signal beside CLONE_PARENT: the kernel gives the new process the signal of
// its maker. Where clone3 is refused, clone does the same. The C library's fork cannot.
result<int> clone_sibling(void (*body)(void*), void* context, memory mode)
{
    clone_args args{};
    args.flags = CLONE_PARENT;
#ifdef OS_SHARED_CLONE
    if (mode == memory::shared) {
        if (long const pid = clone_shared<sibling_stack>(args, body, context); pid > 0)
            return static_cast<int>(pid);
        if (errno == EAGAIN || errno == ENOMEM)
            return last_error();
    }
#else
    static_cast<void>(mode);
#endif
    long pid = ::syscall(SYS_clone3, &args, sizeof args);
    if (pid < 0 && errno != EAGAIN && errno != ENOMEM)
        pid = ::syscall(SYS_clone, CLONE_PARENT, nullptr, nullptr, nullptr, 0);
    if (pid < 0)
        return last_error();
    if (pid == 0)
        body(context);
    return static_cast<int>(pid);
}

} // namespace os
