// The main processes that are alive, in memory that procd shares with its guardian.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace os {

// All zero is an empty table. One side writes, and may be killed while it does; the other reads
// only after that: a pid is written last and taken away first.
struct session_table {
    struct entry {
        std::uint64_t start_time;
        std::atomic<int> pid; // 0: free
    };
    static constexpr std::size_t capacity = 4096;

    // Past the capacity a process is not noted: its session is then found by its environment alone.
    void add(int pid, std::uint64_t start_time)
    {
        for (auto& slot : entries)
            if (slot.pid.load(std::memory_order_relaxed) == 0) {
                slot.start_time = start_time;
                slot.pid.store(pid, std::memory_order_release);
                return;
            }
    }
    void remove(int pid)
    {
        for (auto& slot : entries)
            if (slot.pid.load(std::memory_order_relaxed) == pid) {
                slot.pid.store(0, std::memory_order_release);
                return;
            }
    }

    std::atomic<bool> dismissed; // the end of the pipe means nothing
    std::array<entry, capacity> entries;
};

} // namespace os
