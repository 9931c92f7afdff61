// Reads facts about processes from /proc.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace os {

// The fields of /proc/PID/stat that procd needs.
struct proc_stat {
    int pid = 0, ppid = 0, pgrp = 0, session = 0;
    char state = '?';
    std::uint64_t start_time = 0; // clock ticks since boot; together with the pid it is unique
    std::uint64_t utime = 0, stime = 0, cutime = 0, cstime = 0; // clock ticks
    std::uint64_t rss_pages = 0;
    // The address of the initial environment, which changes with each exec. 0 when procd may not
    // look into the process.
    std::uint64_t environment = 0;
    int threads = 1;
    std::string comm;

    // Tells whether the process still runs, i.e. is not a zombie.
    bool alive() const;
    // The CPU time of the process and its reaped children.
    std::uint64_t cpu_microseconds() const;
    std::uint64_t resident_bytes() const;
};

// The stat of one process. ESRCH when it does not exist.
result<proc_stat> read_stat(int pid);
// The stat of every process, by one pass over /proc. The cost is about 10 us for each process.
std::vector<proc_stat> all_processes();
// The value of a variable in a process's initial environment. Empty when there is no such
// variable or the environment may not be read.
std::string environ_value(int pid, std::string_view name);
// The pids of the calling thread's direct children. The first thread starts all processes and
// gets the orphans, so it has to be the caller. Reads /proc/thread-self/children, or passes
// over /proc if the kernel has no such file.
std::vector<int> own_children();
// The command line of a process, e.g. "python3 -m http.server", with control bytes replaced.
// Without a command line it is the process's name in brackets. Empty when there is no such
// process.
std::string command_line(int pid);
// The CPU time of a process and its reaped children in microseconds; 0 when there is no such
// process.
std::uint64_t cpu_microseconds(int pid);

} // namespace os
