// Since when a process has waited for others, and whether that is long.
#pragma once

#include "supervisor/core/waiting.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace core {

class wait_clock {
public:
    using time_point = std::chrono::steady_clock::time_point;

    struct noted {
        std::optional<time_point> look_again; // when the wait will have been long
        bool became_long = false;             // since the last call
    };
    // Takes note that the process waits, or does not, at the time `now`.
    noted note(bool waits, time_point now)
    {
        if (!waits) {
            since_.reset();
            is_long_ = false;
            return {};
        }
        since_ = since_.value_or(now);
        if (now < *since_ + long_wait)
            return {*since_ + long_wait, false};
        return {std::nullopt, !std::exchange(is_long_, true)};
    }
    std::optional<time_point> since() const { return since_; }
    bool is_long() const { return is_long_; }

private:
    std::optional<time_point> since_;
    bool is_long_ = false;
};

} // namespace core
