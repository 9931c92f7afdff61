// The figures of a type: its load over the time, its requests and how long they took. Pure.
#pragma once

#include "supervisor/front/messages.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace procd::front {

class meter {
public:
    using time_point = std::chrono::steady_clock::time_point;

    // From now on so many requests are in flight or wait.
    void note_load(int load, time_point now);
    void note_request(std::chrono::milliseconds took, bool failed, time_point now);
    // The sums since the meter began, those of the load up to the last note_load(); the requests
    // per second of the last 10 s before `now`; the percentiles of the last 1,024 requests.
    type_figures figures(time_point now) const;

private:
    double percentile(double share) const;
    double per_second(time_point now) const;

    // The requests of one second.
    struct second {
        std::int64_t number = -1; // since the clock's beginning
        std::uint64_t requests = 0;
    };
    static constexpr std::size_t seconds_kept = 11; // ten whole ones, and the one that runs

    int load_ = 0;
    std::optional<time_point> since_;
    double load_ms_ = 0, time_ms_ = 0;
    std::uint64_t requests_ = 0, failed_ = 0;
    std::array<second, seconds_kept> seconds_; // at the place number % seconds_kept
    std::vector<float> last_;
    std::size_t next_ = 0;
};

} // namespace procd::front
