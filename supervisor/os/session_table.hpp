// A table of the live main processes, in memory that procd shares with its guardian.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace os {

// A table of zeros is empty. procd writes, and may be killed in the middle of it. The guardian
// reads only after procd's death. For this reason an entry's pid is written last and cleared first.
struct session_table {
    struct entry {
        std::uint64_t start_time;
        std::atomic<int> pid; // 0 means that the entry is free
    };
    static constexpr std::size_t capacity = 4096;

    // Notes a process. If the table is full, nothing happens: the guardian then finds its session
    // by its environment alone.
    void add(int pid, std::uint64_t start_time)
    {
        for (auto& slot : entries)
            if (slot.pid.load(std::memory_order_relaxed) == 0) {
                slot.start_time = start_time;
                slot.pid.store(pid, std::memory_order_release);
                return;
            }
    }
    // Clears the entry of a process, if there is one.
    void remove(int pid)
    {
        for (auto& slot : entries)
            if (slot.pid.load(std::memory_order_relaxed) == pid) {
                slot.pid.store(0, std::memory_order_release);
                return;
            }
    }

    std::atomic<bool> dismissed; // the guardian has nothing to do when the pipe ends
    std::array<entry, capacity> entries;
};

} // namespace os
