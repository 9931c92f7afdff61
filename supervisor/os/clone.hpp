// A new process by the cheapest call that may be used: clone3 into a cgroup, sharing memory until
// the exec; else fork.
#pragma once

#include "supervisor/os/result.hpp"

namespace os {

struct cloned {
    int pid = -1;
    bool in_cgroup = false;
};

enum class memory {
    shared, // the caller is suspended until the child execs or ends; no page tables are copied
    copied
};

// Runs `body(context)`, which must not return, in a new child with every signal blocked; SIGCHLD at
// its end. `cgroup_fd` is a leaf or -1; where the kernel, a seccomp filter or the delegation do not
// allow to start in it, the child is started without and `*join_fd`, which it may see, is the leaf
// to join by itself. Whether it got there is in_cgroup. Sanitizers always copy: they keep books of
// the stack.
result<cloned> clone_child(void (*body)(void*), void* context, int cgroup_fd, memory mode,
                           int* join_fd);

} // namespace os
