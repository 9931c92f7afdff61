// The CPU use of one process, computed from cumulative readings. The autoscaler works with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace core {

// One reading of a CPU counter.
struct cpu_reading {
    std::uint64_t incarnation = 0;
    std::chrono::steady_clock::time_point at{};
    std::uint64_t cpu_us = 0; // since the incarnation's start, with the children that ended
};

// The average use between two readings.
struct cpu_usage {
    std::uint64_t millicores = 0;
    std::chrono::steady_clock::time_point at{}; // of the later reading
    std::chrono::steady_clock::duration window{};
    bool operator==(cpu_usage const&) const = default;
};

// The readings of one process, as many as a window needs. Unknown use is never taken for zero: a
// single reading, a counter that went down and a reading that failed all give no result.
class cpu_history {
public:
    // Adds a reading. Readings of another incarnation are forgotten, and so are those before a
    // counter that went down. An absent reading means that the counter could not be read; nothing
    // is forgotten then.
    void note(std::optional<cpu_reading> reading, std::chrono::milliseconds window);
    // The use between two readings: the newest one, and the latest of those that are at least a
    // window older, or else the oldest. Nothing when the last attempt to read failed.
    std::optional<cpu_usage> usage(std::chrono::milliseconds window) const;

private:
    std::vector<cpu_reading> readings_; // oldest first
    bool failed_ = false;
};

} // namespace core
