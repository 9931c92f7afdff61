// Creates a process by the cheapest system call that works.
#pragma once

#include "supervisor/os/result.hpp"

namespace os {

// The new child.
struct cloned {
    int pid = -1;
    bool in_cgroup = false; // the child is in the cgroup of the request
};

// The memory of the child until it executes a program.
enum class memory {
    shared, // no page tables are copied, and the caller is suspended until the exec or the end
    copied  // as with fork
};

// Runs `body(context)` in a new child with every signal blocked. `body` must not return. The caller
// gets SIGCHLD when the child ends.
//
// `cgroup_fd` is the leaf in which the child starts, or -1. If the kernel, a seccomp filter or the
// delegation does not allow that, the child starts outside, and `*join_fd` tells it which leaf to
// join. Builds with a sanitizer always copy the memory, because sanitizers keep records of the
// stack.
result<cloned> clone_child(void (*body)(void*), void* context, int cgroup_fd, memory mode,
                           int* join_fd);

// Runs `body(context)` in a new process that is a child of the caller's parent, not of the caller,
// and in the caller's cgroup. `body` must not return. The caller's parent gets SIGCHLD when the
// process ends. Makes only calls that a child may make before its exec.
result<int> clone_sibling(void (*body)(void*), void* context, memory mode);

} // namespace os
