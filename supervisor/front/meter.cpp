#include "supervisor/front/meter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace procd::front {

namespace {

constexpr std::size_t most_remembered = 1024;

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

void meter::note_request(std::chrono::milliseconds took, bool failed)
{
    ++requests_;
    failed_ += failed;
    auto const ms = static_cast<float>(took.count());
    if (last_.size() < most_remembered)
        last_.push_back(ms);
    else
        last_[next_] = ms;
    next_ = (next_ + 1) % most_remembered;
}

type_figures meter::take()
{
    type_figures f;
    f.requests = std::exchange(requests_, 0);
    f.failed = std::exchange(failed_, 0);
    f.load_ms = std::exchange(load_ms_, 0);
    f.time_ms = std::exchange(time_ms_, 0);
    f.p50_ms = percentile(0.5);
    f.p95_ms = percentile(0.95);
    return f;
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
