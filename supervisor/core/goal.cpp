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

std::string held_text(member const& m)
{
    return m.name + " is held; procctl start " + m.name + " lets it run";
}

std::string waiting_text(member const& m)
{
    return m.waits_for.empty() ? "" : m.name + " waits for " + m.waits_for;
}

bool completed_well(member const& m)
{
    return m.state == process_state::completed && m.last_exit && succeeded(*m.last_exit);
}

// The first process that waits for another one is named beside the progress.
std::string with_waiting(std::string text, std::string const& waits)
{
    return waits.empty() ? text : text + "; " + waits;
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
    std::string waits;
    for (auto const& type : types) {
        std::size_t up = 0;
        for (auto const& m : type.there) {
            bool const wanted = m.instance <= type.wanted;
            up += wanted && as_wished(m);
            if (wanted && failing(m)) {
                v.ok = false;
                v.message = failure_text(m);
            } else if (wanted && m.hope != prospect::comes) {
                v.ok = false;
                v.message = waiting_text(m);
            } else if (!wanted || !as_wished(m)) {
                v.done = false;
            }
            if (wanted && waits.empty())
                waits = waiting_text(m);
        }
        auto const wanted = static_cast<std::size_t>(type.wanted);
        v.done = v.done && type.there.size() == wanted;
        if (v.ok)
            add(v.message, type.name + ": " + count_text(up, wanted, "up"));
    }
    if (v.ok)
        v.message = with_waiting(std::move(v.message), waits);
    v.done = v.done || !v.ok;
    return at_stop(std::move(v), now);
}

verdict replaced(std::span<replacement const> slots, app now)
{
    verdict v{false, true, ""};
    std::size_t done = 0;
    std::string waits;
    for (auto const& each : slots) {
        bool const is_new =
            !each.there || each.there->settled_generation >= each.generation; // or scaled away
        done += is_new;
        if (each.there && is_new && failing(*each.there)) {
            v.ok = false;
            v.message = failure_text(*each.there);
        } else if (!is_new && each.there->held) {
            v.ok = false;
            v.message = held_text(*each.there);
        } else if (!is_new && each.there->hope != prospect::comes) {
            v.ok = false;
            v.message = waiting_text(*each.there);
        } else if (!is_new && waits.empty()) {
            waits = waiting_text(*each.there);
        }
    }
    if (v.ok)
        v.message = with_waiting(count_text(done, slots.size(), "replaced"), waits);
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
    std::string waits;
    bool const is_short = for_failures == patience::short_lived;
    for (auto const& m : there) {
        bool const to_come = m.generation != m.settled_generation; // its replacement
        bool const well = is_short && !to_come && completed_well(m);
        ready += m.ready || well;
        bool const at_rest =
            m.state == process_state::completed || m.state == process_state::crashed;
        if (m.held) {
            v.ok = false;
            v.message = held_text(m);
        } else if (m.hope == prospect::never || (is_short && m.hope == prospect::late)) {
            v.ok = false;
            v.message = waiting_text(m);
        } else if (!to_come && !well && (at_rest || (is_short && failing(m)))) {
            v.ok = false;
            v.message = failure_text(m);
        } else if (waits.empty()) {
            waits = waiting_text(m);
        }
    }
    if (v.ok)
        v.message = with_waiting(count_text(ready, wanted, "ready"), waits);
    v.done = !v.ok || ready >= wanted || now == app::stops;
    v.ok = v.ok && ready >= wanted;
    return v;
}

verdict restarted(std::span<rolled_type const> types, app now)
{
    verdict v{true, true, ""};
    std::string waits;
    for (auto const& type : types) {
        if (!type.done && waits.empty())
            waits = type.waits;
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
    if (v.ok)
        v.message = with_waiting(std::move(v.message), waits);
    v.done = v.done || !v.ok;
    return at_stop(std::move(v), now);
}

} // namespace core::goal
