// The figures of a type: its load over the time, its requests and how long they took. Pure.
#pragma once

#include "supervisor/front/messages.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace procd::front {

class meter {
public:
    using time_point = std::chrono::steady_clock::time_point;

    // From now on so many requests are in flight or wait.
    void note_load(int load, time_point now);
    void note_request(std::chrono::milliseconds took, bool failed);
    // The figures up to the last note_load(), since the last call. The percentiles are those of the
    // last requests, at most 1,024.
    type_figures take();

private:
    double percentile(double share) const;

    int load_ = 0;
    std::optional<time_point> since_;
    double load_ms_ = 0, time_ms_ = 0;
    std::uint64_t requests_ = 0, failed_ = 0;
    std::vector<float> last_;
    std::size_t next_ = 0;
};

} // namespace procd::front
