#include "supervisor/core/goal.hpp"

#include <algorithm>

namespace core::goal {

namespace {

// It will not become ready by itself any more, or not soon.
bool failing(member const& m)
{
    return m.state == process_state::backoff || m.state == process_state::crashed;
}

bool as_wished(member const& m)
{
    return m.ready || m.state == process_state::completed || m.state == process_state::stopped;
}

std::string count_text(std::size_t done, std::size_t all, char const* word)
{
    return std::to_string(done) + " of " + std::to_string(all) + ' ' + word;
}

std::string failure_text(member const& m)
{
    auto text = m.name + " is in " + std::string(to_string(m.state));
    if (m.last_exit)
        text += ": " + describe(*m.last_exit);
    return text;
}

void add(std::string& list, std::string const& text)
{
    list += (list.empty() ? "" : ", ") + text;
}

verdict at_stop(verdict v, app now)
{
    v.done = v.done || now == app::stops;
    v.ok = v.ok && now == app::runs;
    return v;
}

} // namespace

verdict scaled(std::span<scaled_type const> types, app now)
{
    verdict v{true, true, ""};
    for (auto const& type : types) {
        std::size_t up = 0;
        for (auto const& m : type.there) {
            bool const wanted = m.instance <= type.wanted;
            up += wanted && as_wished(m);
            if (wanted && failing(m)) {
                v.ok = false;
                v.message = failure_text(m);
            } else if (!wanted || !as_wished(m)) {
                v.done = false;
            }
        }
        auto const wanted = static_cast<std::size_t>(type.wanted);
        v.done = v.done && type.there.size() == wanted;
        if (v.ok)
            add(v.message, type.name + ": " + count_text(up, wanted, "up"));
    }
    v.done = v.done || !v.ok;
    return at_stop(std::move(v), now);
}

verdict replaced(std::span<replacement const> slots, app now)
{
    verdict v{false, true, ""};
    std::size_t done = 0;
    for (auto const& each : slots) {
        bool const is_new =
            !each.there || each.there->settled_generation >= each.generation; // or scaled away
        done += is_new;
        if (each.there && is_new && failing(*each.there)) {
            v.ok = false;
            v.message = failure_text(*each.there);
        }
    }
    if (v.ok)
        v.message = count_text(done, slots.size(), "replaced");
    v.done = done == slots.size() || !v.ok || now == app::stops;
    v.ok = v.ok && done == slots.size();
    return v;
}

verdict stopped(std::span<member const> there, app now)
{
    auto const held = std::count_if(there.begin(), there.end(), [](member const& m) {
        return m.state == process_state::stopped;
    });
    auto const count = static_cast<std::size_t>(held);
    bool const all = count == there.size();
    return {all || now == app::stops, all, count_text(count, there.size(), "stopped")};
}

verdict started(std::span<member const> there, std::size_t wanted, patience for_failures, app now)
{
    verdict v{false, true, ""};
    std::size_t ready = 0;
    for (auto const& m : there) {
        ready += m.ready;
        if (m.generation != m.settled_generation)
            continue; // its replacement is to come
        bool const at_rest =
            m.state == process_state::completed || m.state == process_state::crashed;
        if (at_rest || (for_failures == patience::short_lived && failing(m))) {
            v.ok = false;
            v.message = failure_text(m);
        }
    }
    if (v.ok)
        v.message = count_text(ready, wanted, "ready");
    v.done = !v.ok || ready >= wanted || now == app::stops;
    v.ok = v.ok && ready >= wanted;
    return v;
}

verdict restarted(std::span<rolled_type const> types, app now)
{
    verdict v{true, true, ""};
    for (auto const& type : types) {
        v.done = v.done && type.done;
        if (type.done && !type.ok) {
            v.ok = false;
            v.message = type.message;
        } else if (v.ok) {
            add(v.message, type.name + ": " +
                               count_text(static_cast<std::size_t>(type.ready),
                                          static_cast<std::size_t>(type.all), "restarted"));
        }
    }
    v.done = v.done || !v.ok;
    return at_stop(std::move(v), now);
}

} // namespace core::goal
