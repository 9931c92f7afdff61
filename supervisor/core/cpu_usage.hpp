// CPU use of one process from cumulative readings: what the autoscaler looks at.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace core {

struct cpu_reading {
    std::uint64_t incarnation = 0;
    std::chrono::steady_clock::time_point at{};
    std::uint64_t cpu_us = 0; // since the incarnation's start, dead children included
};

struct cpu_usage {
    std::uint64_t millicores = 0;
    std::chrono::steady_clock::time_point at{}; // of the later reading
    std::chrono::steady_clock::duration window{};
    bool operator==(cpu_usage const&) const = default;
};

// The readings of one process, as many as a window needs. Missing is not zero: one reading alone, a
// counter that went down, or one that could not be read give nothing.
class cpu_history {
public:
    // Takes a reading; those of another incarnation, and those before a counter that went down, are
    // forgotten. Nothing: it could not be read, which is no reason to forget.
    void note(std::optional<cpu_reading> reading, std::chrono::milliseconds window);
    // The use between the newest reading and the latest one that is at least a window older, else
    // the oldest there is. Nothing when the newest attempt failed.
    std::optional<cpu_usage> usage(std::chrono::milliseconds window) const;

private:
    std::vector<cpu_reading> readings_; // a few: as many as a window has
    bool failed_ = false;
};

} // namespace core
