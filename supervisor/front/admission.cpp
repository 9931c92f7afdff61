#include "supervisor/front/admission.hpp"

#include <algorithm>
#include <tuple>

namespace procd::front {

namespace {

bool any_in_rotation(std::span<load const> all)
{
    return std::any_of(all.begin(), all.end(), [](load const& l) { return l.in_rotation; });
}

// The end of the rest that ends first, among those that could take a request.
std::optional<time_point> end_of_rest(std::span<load const> all, int concurrency, time_point now)
{
    std::optional<time_point> first;
    for (auto const& l : all)
        if (l.in_rotation && l.rests_until && *l.rests_until > now &&
            (concurrency == 0 || l.in_flight < concurrency))
            first = first ? std::min(*first, *l.rests_until) : *l.rests_until;
    return first;
}

} // namespace

std::optional<std::size_t> choose(std::span<load const> all, int concurrency, time_point now)
{
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const& l = all[i];
        bool const rests = l.rests_until && *l.rests_until > now;
        if (!l.in_rotation || rests || (concurrency > 0 && l.in_flight >= concurrency))
            continue;
        if (!best || std::tie(l.in_flight, l.last_used) <
                         std::tie(all[*best].in_flight, all[*best].last_used))
            best = i;
    }
    return best;
}

admission admit(gate const& g, std::span<load const> all, arrival const& request, time_point now)
{
    if (g.maintenance)
        return refused_for::maintenance;
    if (!g.wanted && !g.paused) // a pause holds requests while the app is scaled to 0 and back
        return refused_for::not_wanted;
    if (!g.paused && request.ahead == 0)
        if (auto const chosen = choose(all, g.concurrency, now))
            return go{*chosen};
    bool const none = !any_in_rotation(all);
    if (!g.paused && g.over && none)
        return refused_for::crashed;
    if (!request.is_waiting && request.ahead >= g.queue)
        return refused_for::queue_full;
    auto const patience = g.paused ? std::chrono::milliseconds(longest_pause)
                          : none   ? g.hold
                                   : g.queue_timeout;
    auto const until =
        (none && !g.paused ? std::max(request.since, g.none_since) : request.since) + patience;
    if (now >= until)
        return g.paused ? refused_for::paused
               : none   ? refused_for::none_ready
                        : refused_for::queued_too_long;
    auto const rested = g.paused ? std::nullopt : end_of_rest(all, g.concurrency, now);
    return wait_at_gate{rested ? std::min(until, *rested) : until};
}

} // namespace procd::front
