#include "supervisor/core/cpu_usage.hpp"

namespace core {

void cpu_history::note(std::optional<cpu_reading> reading, std::chrono::milliseconds window)
{
    failed_ = !reading;
    if (!reading)
        return;
    if (!readings_.empty()) {
        auto const& last = readings_.back();
        if (last.incarnation != reading->incarnation || reading->cpu_us < last.cpu_us ||
            reading->at <= last.at)
            readings_.clear();
    }
    readings_.push_back(*reading);
    // Once the second reading is a whole window old, the first one is not needed any more.
    while (readings_.size() > 2 && reading->at - readings_[1].at >= window)
        readings_.erase(readings_.begin());
}

std::optional<cpu_usage> cpu_history::usage(std::chrono::milliseconds window) const
{
    if (failed_ || readings_.size() < 2)
        return std::nullopt;
    auto const& last = readings_.back();
    auto first = readings_.begin();
    for (auto each = first; each != readings_.end() && last.at - each->at >= window; ++each)
        first = each;
    if (first->at == last.at) // the window is zero, so the newest reading alone fits
        first = readings_.end() - 2;
    auto const span = last.at - first->at;
    auto const us = std::chrono::duration_cast<std::chrono::microseconds>(span).count();
    if (us <= 0)
        return std::nullopt;
    return cpu_usage{1000 * (last.cpu_us - first->cpu_us) / static_cast<std::uint64_t>(us), last.at,
                     span};
}

} // namespace core
