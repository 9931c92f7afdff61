// What /proc says about processes.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace os {

struct proc_stat {
    int pid = 0, ppid = 0, pgrp = 0, session = 0;
    char state = '?';
    std::uint64_t start_time = 0; // clock ticks since boot: with the pid it names one process
    std::uint64_t utime = 0, stime = 0, cutime = 0, cstime = 0; // clock ticks
    std::uint64_t rss_pages = 0;
    int threads = 1;
    std::string comm;

    bool alive() const; // not a zombie
};

// /proc/PID/stat, split after the last ')'.
result<proc_stat> read_stat(int pid);
// Every process there is now. One pass over /proc; costs some 10 us a process.
std::vector<proc_stat> all_processes();
// The value of one variable of /proc/PID/environ; empty when it is not there or may not be read.
std::string environ_value(int pid, std::string_view name);
// Direct children of this process, asked by its first thread, which starts all of them and gets the
// orphans (/proc/thread-self/children; a pass over /proc where the kernel has no such file).
std::vector<int> own_children();
// "python3 -m http.server" (control bytes replaced), or the comm in brackets; empty when gone.
std::string command_line(int pid);
// CPU time a process and its reaped children have used, 0 when gone.
std::uint64_t cpu_microseconds(int pid);
// Resident bytes of a process (rss), 0 when gone.
std::uint64_t resident_bytes(int pid);

} // namespace os
