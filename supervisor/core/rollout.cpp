#include "supervisor/core/rollout.hpp"

#include <algorithm>

namespace core::rollout {

namespace {

void earlier(std::optional<time_point>& to, time_point at)
{
    to = to ? std::min(*to, at) : at;
}

// How many processes there are, how many of them are new, and how many available.
struct counts {
    int all = 0, fresh = 0, available = 0;
    bool all_available = true;
};

counts count(std::span<member const> there)
{
    counts c;
    for (auto const& m : there) {
        ++c.all;
        c.fresh += m.is_new;
        c.available += m.available;
        c.all_available = c.all_available && m.available;
    }
    return c;
}

// The old processes, those with the highest number first.
std::vector<member> old_ones(std::span<member const> there)
{
    std::vector<member> old;
    std::copy_if(there.begin(), there.end(), std::back_inserter(old),
                 [](member const& m) { return !m.is_new; });
    std::sort(old.begin(), old.end(),
              [](member const& a, member const& b) { return a.instance > b.instance; });
    return old;
}

} // namespace

step next(limits const& l, std::span<member const> there)
{
    auto const c = count(there);
    auto const old = old_ones(there);
    if (old.empty() && c.fresh == l.wanted && c.all_available)
        return done{};
    int const missing = std::min(l.wanted + l.surge - c.all, l.wanted - c.fresh);
    if (missing > 0)
        return start{missing};

    stop s;
    // Processes that are not available go first, because they serve nobody.
    for (auto const& m : old)
        if (!m.available)
            s.instances.push_back(m.instance);
    int spare = c.available - (l.wanted - l.unavailable);
    for (auto const& m : old)
        if (m.available && spare-- > 0)
            s.instances.push_back(m.instance);
    if (!s.instances.empty())
        return s;
    return wait{};
}

// A process that runs already has nothing to prove: a restart soon after a start takes no more than
// one away. Of the new ones that are not available, the first decides whether it is too late.
finding look(progress& so_far, std::span<candidate const> there, pace const& p, time_point now)
{
    std::optional<time_point> again;
    std::vector<member> counted;
    candidate const* slowest = nullptr;
    int ready = 0;
    for (auto const& c : there) {
        auto const trial = c.is_new ? p.min_ready : std::chrono::milliseconds(0);
        bool const is_available =
            !c.terminating && (c.completed || available(c.ready_since, trial, now));
        ready += c.is_new && is_available;
        if (c.is_new && !is_available && slowest == nullptr)
            slowest = &c;
        if (c.terminating)
            continue;
        if (!is_available && c.ready_since)
            earlier(again, *c.ready_since + trial);
        counted.push_back({c.instance, c.is_new, is_available});
    }
    auto const all = static_cast<int>(there.size());
    if (ready > so_far.ready)
        so_far.progressed = now;
    so_far.ready = ready;
    so_far.all = all;
    auto const next_step = next({all, 0, 1}, counted);
    if (std::holds_alternative<done>(next_step))
        return done{};
    if (auto const* old = std::get_if<stop>(&next_step)) {
        so_far.progressed = now;
        return *old;
    }
    if (slowest == nullptr)
        return look_again{again};
    if (slowest->gave_up)
        return crashed{slowest->instance};
    auto const patience = p.progress_deadline + slowest->stop_time;
    auto const limit = so_far.progressed + patience;
    if (now >= limit)
        return too_late{slowest->instance, patience};
    earlier(again, limit);
    return look_again{again};
}

bool available(std::optional<time_point> ready_since, std::chrono::milliseconds min_ready,
               time_point now)
{
    return ready_since && now - *ready_since >= min_ready;
}

} // namespace core::rollout
