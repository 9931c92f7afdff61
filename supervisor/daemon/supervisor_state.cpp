// What is kept over procd's end, and what a client is told only once it is.
#include "supervisor/daemon/supervisor.hpp"

#include <algorithm>

namespace procd::daemon {

void supervisor::keep()
{
    if (!setting_.store)
        return;
    core::kept_state s;
    s.release = current_->record.number;
    s.newest = newest_;
    s.read = read_;
    s.formation = formation_text_;
    s.types = kept_types();
    setting_.store->save(s);
}

std::map<std::string, core::kept_type> supervisor::kept_types() const
{
    std::map<std::string, core::kept_type> all;
    for (auto const& t : types_)
        if (!t.dropped)
            all[t.spec.name] = {t.wanted, t.release, t.held, t.rule, t.last_rescale};
    return all;
}

// Counts, holds and rules as they were; what a release brought along goes with it.
void supervisor::restore(std::map<std::string, core::kept_type> const& before)
{
    for (auto& t : types_) {
        auto const found = before.find(t.spec.name);
        if (t.dropped || found == before.end())
            continue;
        t.wanted = found->second.wanted;
        t.held = found->second.held;
        t.rule = found->second.rule;
        t.last_rescale = found->second.last_rescale;
    }
}

// What the service manager is told: ready once everything wanted is, or after 30 s with what is
// not; then what has become of that, and that the loop turns.
std::optional<core::time_point> supervisor::advance_readiness()
{
    if (!setting_.manager || !setting_.manager->listens())
        return std::nullopt;
    constexpr std::chrono::seconds patience{30};
    auto const now = std::chrono::steady_clock::now();
    auto deadline = setting_.manager->watchdog(now);
    if (stopping_ || operation_)
        return deadline;
    auto const missing = not_ready();
    auto const status = missing.empty() ? "running " + core::release_name(current_->record.number)
                                        : "not ready: " + missing;
    if (told_ready_) {
        setting_.manager->status(status);
        return deadline;
    }
    if (missing.empty() || now >= started_ + patience) {
        told_ready_ = true;
        setting_.manager->ready(status);
        return deadline;
    }
    return deadline ? std::min(*deadline, started_ + patience) : started_ + patience;
}

// "web.2, worker.1"; those that have ended as they should, or are held, are not waited for.
std::string supervisor::not_ready() const
{
    std::string names;
    for (auto const& t : types_)
        for (auto const& [n, slot] : t.slots)
            if (slot->wanted() == core::target::up && !slot->ready() &&
                slot->state() != core::process_state::completed)
                names += (names.empty() ? "" : ", ") + slot->id().str();
    return names;
}

// The disk has it before the client hears of it.
control::control_api::goal supervisor::durably(goal g) const
{
    if (!setting_.store)
        return g;
    auto const ticket = setting_.store->asked();
    auto const kept = [store = setting_.store, ticket] { return store->durable(ticket); };
    return goal{[look = std::move(g.look), kept] {
                    auto progress = look();
                    progress.done = progress.done && kept();
                    return progress;
                },
                kept};
}

} // namespace procd::daemon
