#include "supervisor/core/request_load.hpp"

#include <algorithm>
#include <cmath>

namespace core {

namespace {

// A router that lies cannot make the arithmetic overflow.
constexpr double most_requests = 1e9;

double span_ms(load_sums const& from, load_sums const& to)
{
    return to.time_ms - from.time_ms;
}

bool goes_on(load_sums const& before, load_sums const& after)
{
    return before.run == after.run && span_ms(before, after) > 0 && after.load_ms >= before.load_ms;
}

} // namespace

void load_history::note(std::optional<load_sums> told, std::chrono::milliseconds window)
{
    missing_ = !told || !std::isfinite(told->load_ms) || !std::isfinite(told->time_ms);
    if (missing_)
        return;
    if (!told_.empty() && !goes_on(told_.back(), *told))
        told_.clear();
    told_.push_back(*told);
    // Once the second answer is a whole window old, the first one is not needed any more.
    auto const whole = static_cast<double>(window.count());
    while (told_.size() > 2 && span_ms(told_[1], told_.back()) >= whole)
        told_.erase(told_.begin());
}

std::optional<autoscale::load> load_history::average(std::chrono::milliseconds window) const
{
    if (missing_ || told_.size() < 2)
        return std::nullopt;
    auto const& last = told_.back();
    auto const whole = static_cast<double>(window.count());
    auto first = told_.begin();
    for (auto each = first; each + 1 != told_.end() && span_ms(*each, last) >= whole; ++each)
        first = each;
    auto const requests = (last.load_ms - first->load_ms) / span_ms(*first, last);
    auto const thousandths = std::llround(std::min(requests, most_requests) * 1000);
    return autoscale::load{static_cast<std::uint64_t>(thousandths), last.at};
}

} // namespace core
