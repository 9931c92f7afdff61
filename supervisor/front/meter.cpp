#include "supervisor/front/meter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace procd::front {

namespace {

constexpr std::size_t most_remembered = 1024;

std::int64_t second_of(meter::time_point t)
{
    return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

} // namespace

void meter::note_load(int load, time_point now)
{
    if (since_) {
        auto const passed = std::chrono::duration<double, std::milli>(now - *since_).count();
        load_ms_ += passed * load_;
        time_ms_ += passed;
    }
    since_ = now;
    load_ = load;
}

void meter::note_request(std::chrono::milliseconds took, bool failed, time_point now)
{
    ++requests_;
    failed_ += failed;
    auto const number = second_of(now);
    auto& running = seconds_[static_cast<std::size_t>(number) % seconds_kept];
    if (running.number != number)
        running = {number, 0};
    ++running.requests;
    auto const ms = static_cast<float>(took.count());
    if (last_.size() < most_remembered)
        last_.push_back(ms);
    else
        last_[next_] = ms;
    next_ = (next_ + 1) % most_remembered;
}

type_figures meter::figures(time_point now) const
{
    type_figures f;
    f.requests = requests_;
    f.failed = failed_;
    f.load_ms = load_ms_;
    f.time_ms = time_ms_;
    f.requests_per_second = per_second(now);
    f.p50_ms = percentile(0.5);
    f.p95_ms = percentile(0.95);
    return f;
}

// The second that runs counts with its part that is over.
double meter::per_second(time_point now) const
{
    auto const number = second_of(now);
    std::uint64_t requests = 0;
    for (auto const& each : seconds_)
        if (each.number >= 0 && each.number <= number &&
            number - each.number < static_cast<std::int64_t>(seconds_kept))
            requests += each.requests;
    auto const begun = time_point(std::chrono::seconds(number));
    auto const part = std::chrono::duration<double>(now - begun).count();
    return static_cast<double>(requests) / (static_cast<double>(seconds_kept - 1) + part);
}

// The nearest rank.
double meter::percentile(double share) const
{
    if (last_.empty())
        return 0;
    auto sorted = last_;
    auto const rank = std::ceil(share * static_cast<double>(sorted.size()));
    auto const at = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(at),
                     sorted.end());
    return sorted[at];
}

} // namespace procd::front
