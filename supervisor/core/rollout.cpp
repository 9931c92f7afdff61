#include "supervisor/core/rollout.hpp"

#include <algorithm>
#include <cstdint>

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

// The processes of one kind, those with the highest number first.
template <class Kind>
std::vector<member> from_the_top(std::span<member const> there, Kind kind)
{
    std::vector<member> chosen;
    std::copy_if(there.begin(), there.end(), std::back_inserter(chosen), kind);
    std::sort(chosen.begin(), chosen.end(),
              [](member const& a, member const& b) { return a.instance > b.instance; });
    return chosen;
}

// The old ones that may go. One that is not available may only be overloaded. So it counts as one
// of the `least` as long as no new one is available in its place.
stop replaceable(std::span<member const> there, int least, counts const& c)
{
    auto const old = from_the_top(there, [](member const& m) { return !m.is_new; });
    int bad = c.all - least - (c.fresh - c.fresh_available);
    int spare = c.available - least;
    stop s;
    for (auto const& m : old)
        if (!m.available && bad-- > 0)
            s.instances.push_back(m.instance);
    for (auto const& m : old)
        if (m.available && spare-- > 0)
            s.instances.push_back(m.instance);
    return s;
}

// Nothing old is left. For each process below that becomes available, one of the surge ends, first
// those that are not available.
step move_down(limits const& l, std::span<member const> there)
{
    auto above = from_the_top(there, [](member const& m) { return m.is_surge; });
    std::stable_partition(above.begin(), above.end(), [](auto const& m) { return !m.available; });
    auto const is_in_place = [](member const& m) { return m.available && !m.is_surge; };
    auto const in_place = std::count_if(there.begin(), there.end(), is_in_place);
    auto const needed = std::max(l.wanted - static_cast<int>(in_place), 0);
    stop s;
    for (int left = static_cast<int>(above.size()) - needed; left > 0; --left)
        s.instances.push_back(above[s.instances.size()].instance);
    if (!s.instances.empty())
        return s;
    if (above.empty() && in_place == static_cast<int>(there.size()))
        return done{};
    return wait{};
}

// The findings of a look at all processes. A process that runs already has nothing to prove: a
// restart soon after a start takes no more than one away.
class survey {
public:
    survey(progress& so_far, std::span<candidate const> there, pace const& p, time_point now)
    {
        for (auto const& c : there)
            add(so_far, c, p, now);
        ready = std::min(ready, wanted);
    }

    std::vector<member> counted;
    int ready = 0, wanted = 0;
    bool any_leaving = false;
    // The first of the new ones that have been started and are not available, one that waits in
    // vain, one that has ended before it was available, and a surge process that has.
    candidate const *slowest = nullptr, *stuck = nullptr, *over = nullptr, *surge_over = nullptr;
    std::optional<time_point> again; // when one may have become available
    // Nothing but a next attempt can make another one available, and the first of these is then.
    std::optional<time_point> attempt() const { return any_hope_ ? std::nullopt : attempt_; }

private:
    void add(progress& so_far, candidate const& c, pace const& p, time_point now)
    {
        any_leaving = any_leaving || c.leaving;
        if (c.leaving)
            return;
        auto const trial = c.is_new ? p.min_ready : std::chrono::milliseconds(0);
        bool const proven = so_far.proven.contains(c.instance);
        bool const is_over = c.completed || (c.broke_off && proven);
        bool const is_available =
            !c.terminating && (is_over || available(c.ready_since, trial, now));
        counted.push_back({c.instance, c.is_new, is_available, c.is_surge});
        wanted += !c.is_surge;
        ready += c.is_new && is_available;
        if (c.is_new && is_available)
            so_far.proven.insert(c.instance);
        if (c.is_new && c.stuck && stuck == nullptr)
            stuck = &c;
        if (!is_available)
            look_ahead(c);
        if (c.terminating || is_available)
            return;
        if (c.is_surge && c.ended && !proven)
            surge_over = &c;
        else if (c.is_new && c.broke_off)
            over = &c;
        if (c.is_new && slowest == nullptr)
            slowest = &c;
        if (c.ready_since)
            earlier(again, *c.ready_since + trial);
    }

    void look_ahead(candidate const& c)
    {
        if (c.is_new && c.next_attempt && !c.terminating)
            earlier(attempt_, *c.next_attempt);
        else if (!c.gave_up)
            any_hope_ = true;
    }

    std::optional<time_point> attempt_;
    bool any_hope_ = false;
};

int number_of(procfile::amount const& a, int wanted, int rounding)
{
    if (a.in == procfile::amount::unit::processes)
        return a.number;
    auto const hundredths = static_cast<std::int64_t>(a.number) * wanted;
    return static_cast<int>((hundredths + rounding) / 100);
}

} // namespace

bounds bounds_of(procfile::rollout_settings const& s, clients whose)
{
    using procfile::amount;
    constexpr amount quarter{25, amount::unit::percent};
    constexpr amount none{0}, one{1};
    auto const surge = s.surge.value_or(whose == clients::served ? quarter : none);
    if (s.unavailable)
        return {surge, *s.unavailable};
    if (surge.number > 0)
        return {surge, none};
    return {surge, whose == clients::none ? quarter : one};
}

limits resolve(bounds const& b, int wanted)
{
    limits l{wanted, number_of(b.surge, wanted, 99), number_of(b.unavailable, wanted, 0)};
    if (l.surge == 0 && l.unavailable == 0)
        l.unavailable = 1;
    l.unavailable = std::min(l.unavailable, wanted);
    return l;
}

step next(limits const& l, std::span<member const> there)
{
    auto const c = count(there);
    int const missing = std::min(l.wanted + l.surge - c.all, l.wanted - c.fresh);
    if (missing > 0)
        return start{missing};
    if (c.fresh == c.all)
        return move_down(l, there);
    int const unavailable = l.surge == 0 ? std::max(l.unavailable, 1) : l.unavailable;
    auto const s = replaceable(there, std::max(l.wanted - unavailable, 0), c);
    if (!s.instances.empty())
        return s;
    return wait{};
}

// How long an old process takes to stop is the affair of its stop timeout.
finding look(progress& so_far, std::span<candidate const> there, bounds const& b, pace const& p,
             time_point now)
{
    survey const s(so_far, there, p, now);
    if (s.ready > so_far.ready)
        so_far.progressed = now;
    so_far.ready = s.ready;
    so_far.all = s.wanted;
    if (s.stuck != nullptr)
        return waits_in_vain{s.stuck->instance};
    if (s.surge_over != nullptr)
        return ended_beside_old{s.surge_over->instance};
    if (s.over != nullptr)
        return ended{s.over->instance};
    auto const next_step = next(resolve(b, s.wanted), s.counted);
    if (std::holds_alternative<done>(next_step))
        return s.any_leaving ? finding(look_again{}) : finding(done{});
    if (!std::holds_alternative<wait>(next_step))
        so_far.progressed = now;
    if (auto const* more = std::get_if<start>(&next_step))
        return *more;
    if (auto const* fewer = std::get_if<stop>(&next_step))
        return *fewer;
    if (s.slowest == nullptr)
        return look_again{s.again};
    if (s.slowest->gave_up)
        return crashed{s.slowest->instance};
    auto const since = std::max(so_far.progressed, s.slowest->started.value_or(so_far.progressed));
    auto const limit = since + p.progress_deadline;
    if (now >= limit)
        return too_late{s.slowest->instance, p.progress_deadline};
    if (auto const next_attempt = s.attempt(); next_attempt && *next_attempt + p.min_ready >= limit)
        return hopeless{s.slowest->instance, p.progress_deadline};
    auto again = s.again;
    earlier(again, limit);
    return look_again{again};
}

bool may_end(predecessor before, purpose why, manner ended)
{
    switch (before) {
    case predecessor::ended:
        return true;
    case predecessor::none:
        return ended == manner::well;
    case predecessor::ran:
        return ended == manner::well && why == purpose::known_release;
    }
    return false;
}

bool available(std::optional<time_point> ready_since, std::chrono::milliseconds min_ready,
               time_point now)
{
    return ready_since && now - *ready_since >= min_ready;
}

} // namespace core::rollout
