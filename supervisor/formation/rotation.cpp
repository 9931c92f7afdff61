#include "supervisor/formation/rotation.hpp"

#include "supervisor/formation/formation.hpp"

#include <algorithm>

namespace procd::formation {

namespace {

bool belongs_in(process::slot const& s)
{
    return s.state() == core::process_state::up && s.ready() && s.wanted() == core::target::up &&
           s.generation() == s.settled_generation();
}

} // namespace

bool is_fronted(type const& t)
{
    return t.spec.settings.front.routed();
}

bool rotation::look(formation const& all, std::uint64_t next)
{
    std::set<incarnation_key> there;
    std::vector<member> found;
    for (auto const& t : all.types())
        for (auto const& [n, slot] : t.slots)
            if (slot->pid() >= 0 && slot->port() && (is_fronted(t) || finishes(*slot)))
                look_at(t, *slot, next, there, found);
    std::erase_if(places_, [&](auto const& each) { return !there.contains(each.first); });
    if (found == members_)
        return false;
    members_ = std::move(found);
    return true;
}

// The type has lost its front port while requests were in flight to the process.
bool rotation::finishes(process::slot const& s) const
{
    return s.used() && places_.contains({s.name(), s.incarnations()});
}

void rotation::look_at(type const& of, process::slot& slot, std::uint64_t next,
                       std::set<incarnation_key>& there, std::vector<member>& found)
{
    incarnation_key const key{slot.name(), slot.incarnations()};
    there.insert(key);
    auto& p = places_[key];
    if (p.id == 0)
        p.id = ++last_id_;
    bool const in = is_fronted(of) && belongs_in(slot);
    if (in && !p.in_rotation)
        slot.use(process::in_use::yes);
    if (!in && p.in_rotation)
        p.out_since = next;
    p.in_rotation = in;
    found.push_back({p.id, slot.name(), of.spec.name, *slot.port(), in});
}

void rotation::idle(formation const& all, std::uint64_t picture, std::vector<int> const& ids)
{
    all.each_slot([&](process::slot& s) {
        auto const p = places_.find({s.name(), s.incarnations()});
        if (p != places_.end() && !p->second.in_rotation && picture >= p->second.out_since &&
            std::find(ids.begin(), ids.end(), p->second.id) != ids.end())
            s.use(process::in_use::no);
    });
}

void rotation::lost(formation const& all)
{
    all.each_slot([](process::slot& s) { s.use(process::in_use::no); });
    places_.clear();
    members_.clear();
}

} // namespace procd::formation
