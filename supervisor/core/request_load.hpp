// The requests in flight and queued of one type, averaged over a window. The router keeps sums that
// only grow, and an average is the difference of two of its answers.
#pragma once

#include "supervisor/core/autoscale.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace core {

// The sums of one type, as the router told them.
struct load_sums {
    std::uint64_t run = 0; // which start of the router; another one began its sums anew
    double load_ms = 0;    // requests in flight and queued, integrated over the time
    double time_ms = 0;    // over which they are integrated
    std::chrono::steady_clock::time_point at{}; // when the answer came
};

// The answers of the router about one type, as many as a window needs. An unknown load is never
// taken for zero: a single answer, sums that began anew and a missing answer all give no result.
class load_history {
public:
    // Adds an answer. If its sums began anew, all earlier answers are forgotten. An absent one
    // means that the router did not answer; nothing is forgotten then.
    void note(std::optional<load_sums> told, std::chrono::milliseconds window);
    // The load between two answers: the newest one, and the latest of those that are at least a
    // window older, or else the oldest. Nothing when the last answer is missing.
    std::optional<autoscale::load> average(std::chrono::milliseconds window) const;

private:
    std::vector<load_sums> told_; // oldest first
    bool missing_ = false;
};

} // namespace core
