#include "supervisor/core/rollout.hpp"

#include <algorithm>

namespace core::rollout {

namespace {

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

bool available(std::optional<time_point> ready_since, std::chrono::milliseconds min_ready,
               time_point now)
{
    return ready_since && now - *ready_since >= min_ready;
}

} // namespace core::rollout
