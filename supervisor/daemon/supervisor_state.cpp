// What is kept over procd's end, and what a client is told only once it is.
#include "supervisor/daemon/supervisor.hpp"

namespace procd {

void supervisor::keep()
{
    if (!setting_.store)
        return;
    core::kept_state s;
    s.release = current_->record.number;
    s.newest = newest_;
    s.read = read_;
    s.formation = formation_text_;
    for (auto const& t : types_)
        if (!t.dropped)
            s.types[t.spec.name] = {t.wanted, t.release, t.held, t.rule, t.last_rescale};
    setting_.store->save(s);
}

// The disk has it before the client hears of it.
control_api::goal supervisor::durably(goal g) const
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

} // namespace procd
