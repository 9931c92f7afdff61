#include "supervisor/core/rollout.hpp"

#include <algorithm>

namespace core::rollout {

namespace {

void earlier(std::optional<time_point>& to, time_point at)
{
    to = to ? std::min(*to, at) : at;
}

// How many processes there are, and how many of them are new, available, or both.
struct counts {
    int all = 0, fresh = 0, available = 0, fresh_available = 0;
};

counts count(std::span<member const> there)
{
    counts c;
    for (auto const& m : there) {
        ++c.all;
        c.fresh += m.is_new;
        c.available += m.available;
        c.fresh_available += m.is_new && m.available;
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
    if (old.empty() && c.fresh == l.wanted && c.fresh_available == c.fresh)
        return done{};
    int const missing = std::min(l.wanted + l.surge - c.all, l.wanted - c.fresh);
    if (missing > 0)
        return start{missing};

    int const unavailable = l.surge == 0 ? std::max(l.unavailable, 1) : l.unavailable;
    int const least = std::max(l.wanted - unavailable, 0);
    // An old process that is not available may only be overloaded. So it counts as one of the
    // `least` as long as no new one is available in its place.
    int replaceable = c.all - least - (c.fresh - c.fresh_available);
    int spare = c.available - least;
    stop s;
    for (auto const& m : old)
        if (!m.available && replaceable-- > 0)
            s.instances.push_back(m.instance);
    for (auto const& m : old)
        if (m.available && spare-- > 0)
            s.instances.push_back(m.instance);
    if (!s.instances.empty())
        return s;
    return wait{};
}

// A process that runs already has nothing to prove: a restart soon after a start takes no more than
// one away. Of the new ones that have been started and are not available, the first decides whether
// it is too late. How long an old one takes to stop is the affair of its stop timeout.
finding look(progress& so_far, std::span<candidate const> there, pace const& p, time_point now)
{
    std::optional<time_point> again;
    std::vector<member> counted;
    candidate const* slowest = nullptr;
    candidate const* stuck = nullptr;
    int ready = 0;
    for (auto const& c : there) {
        auto const trial = c.is_new ? p.min_ready : std::chrono::milliseconds(0);
        bool const is_available =
            !c.terminating && (c.completed || available(c.ready_since, trial, now));
        ready += c.is_new && is_available;
        if (c.is_new && c.stuck && stuck == nullptr)
            stuck = &c;
        if (c.terminating)
            continue;
        if (c.is_new && !is_available && slowest == nullptr)
            slowest = &c;
        if (!is_available && c.ready_since)
            earlier(again, *c.ready_since + trial);
        counted.push_back({c.instance, c.is_new, is_available});
    }
    auto const all = static_cast<int>(there.size());
    if (ready > so_far.ready)
        so_far.progressed = now;
    so_far.ready = ready;
    so_far.all = all;
    if (stuck != nullptr)
        return waits_in_vain{stuck->instance};
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
    auto const since = std::max(so_far.progressed, slowest->started.value_or(so_far.progressed));
    auto const limit = since + p.progress_deadline;
    if (now >= limit)
        return too_late{slowest->instance, p.progress_deadline};
    earlier(again, limit);
    return look_again{again};
}

bool available(std::optional<time_point> ready_since, std::chrono::milliseconds min_ready,
               time_point now)
{
    return ready_since && now - *ready_since >= min_ready;
}

} // namespace core::rollout
