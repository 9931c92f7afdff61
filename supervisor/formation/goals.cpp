#include "supervisor/formation/goals.hpp"

#include "supervisor/formation/formation.hpp"
#include "supervisor/formation/rollout.hpp"

#include <set>

namespace procd::formation {

namespace goal = core::goal;
using core::api::progress;

namespace {

goal::app state_of(formation const& all)
{
    return all.stopping() ? goal::app::stops : goal::app::runs;
}

using names = std::set<std::string>;

// `on_their_way`: the processes that the same command brings up.
goal::member member_of(formation const& all, process::slot const& s, names const& on_their_way)
{
    goal::member m{s.name(),       s.id().instance,        s.state(),    s.ready(),
                   s.generation(), s.settled_generation(), s.last_exit()};
    m.held = s.wanted() == core::target::held;
    auto const waits_for = all.waits_for(s);
    m.waits_for = core::text_of(waits_for);
    m.hope = core::prospect_of(waits_for, on_their_way);
    return m;
}

// Those of a command, and those that a rollout replaces.
names on_their_way(formation const& all, std::vector<process::slot*> const& chosen)
{
    auto found = all.rolling();
    for (auto const* const each : chosen)
        found.insert(each->name());
    return found;
}

progress progress_of(goal::verdict judged, std::vector<core::api::process_view> processes)
{
    progress p;
    p.done = judged.done;
    p.ok = judged.ok;
    p.message = std::move(judged.message);
    p.processes = std::move(processes);
    return p;
}

// The members and the views of a list of slots.
struct seen {
    std::vector<goal::member> members;
    std::vector<core::api::process_view> views;
};

seen look_at(formation const& all, std::vector<process::slot*> const& slots)
{
    seen s;
    auto const coming = on_their_way(all, slots);
    for (auto const* const each : slots) {
        s.members.push_back(member_of(all, *each, coming));
        s.views.push_back(each->view());
    }
    return s;
}

} // namespace

progress scaled(formation const& all, std::vector<std::string> const& of)
{
    std::vector<core::selector> which;
    for (auto const& name : of)
        which.push_back({name, std::nullopt});
    auto const coming = on_their_way(all, all.select(which));
    std::vector<goal::scaled_type> types;
    std::vector<core::api::process_view> views;
    for (auto const& name : of) {
        auto const* const t = all.find(name);
        if (t == nullptr)
            continue;
        goal::scaled_type one{name, t->wanted, {}};
        for (auto const& [n, slot] : t->slots) {
            if (n > t->wanted && slot->wanted() == core::target::up)
                continue; // a rollout's surge, which ends with it
            one.there.push_back(member_of(all, *slot, coming));
            views.push_back(slot->view());
        }
        types.push_back(std::move(one));
    }
    return progress_of(goal::scaled(types, state_of(all)), std::move(views));
}

progress replaced(formation const& all,
                  std::map<core::process_id, std::uint64_t> const& generations)
{
    std::vector<goal::replacement> slots;
    std::vector<core::api::process_view> views;
    auto coming = all.rolling();
    for (auto const& [id, generation] : generations)
        coming.insert(id.str());
    for (auto const& [id, generation] : generations) {
        auto const* const s = all.slot(id);
        slots.push_back(
            {generation, s == nullptr ? std::nullopt : std::optional(member_of(all, *s, coming))});
        if (s != nullptr)
            views.push_back(s->view());
    }
    return progress_of(goal::replaced(slots, state_of(all)), std::move(views));
}

progress stopped(formation const& all, std::vector<core::selector> const& which)
{
    auto s = look_at(all, all.select(which));
    return progress_of(goal::stopped(s.members, state_of(all)), std::move(s.views));
}

progress started(formation const& all, std::vector<core::selector> const& which,
                 goal::patience for_failures)
{
    auto s = look_at(all, all.select(which));
    return progress_of(goal::started(s.members, all.wanted_of(which), for_failures, state_of(all)),
                       std::move(s.views));
}

std::string waiting_in(formation const& all, rollout const& run)
{
    auto const* const t = all.find(run.type_name());
    if (t == nullptr || run.over())
        return "";
    for (auto const& [n, slot] : t->slots)
        if (run.concerns(n) && slot->waits())
            return slot->name() + " waits for " + core::text_of(all.waits_for(*slot));
    return "";
}

progress restarted(formation const& all, std::vector<std::shared_ptr<rollout>> const& rollouts)
{
    std::vector<goal::rolled_type> types;
    std::vector<core::api::process_view> views;
    std::vector<std::string> lines;
    for (auto const& run : rollouts) {
        types.push_back({run->type_name(), run->so_far().ready, run->so_far().all, run->over(),
                         run->ok(), run->message(), waiting_in(all, *run)});
        if (run->over() && !run->ok())
            lines = run->lines();
        if (auto const* const t = all.find(run->type_name()))
            for (auto const& [n, slot] : t->slots)
                if (run->concerns(n))
                    views.push_back(slot->view());
    }
    auto p = progress_of(goal::restarted(types, state_of(all)), std::move(views));
    p.lines = std::move(lines);
    return p;
}

} // namespace procd::formation
