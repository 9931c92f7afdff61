// Questions to the formation: types and slots by name, and facts about all slots.
#include "supervisor/formation/formation.hpp"
#include "supervisor/formation/rollout.hpp"
#include "supervisor/formation/rotation.hpp"
#include "supervisor/process/services.hpp"

#include <algorithm>

namespace procd::formation {

using core::api::problem;

type const* formation::find(std::string const& name) const
{
    auto const found = std::find_if(types_.begin(), types_.end(), [&](auto const& t) {
        return t.spec.name == name && !t.dropped;
    });
    return found == types_.end() ? nullptr : &*found;
}

// Also one that is on its way out.
type* formation::find_any(std::string const& name)
{
    auto const found = std::find_if(types_.begin(), types_.end(),
                                    [&](auto const& t) { return t.spec.name == name; });
    return found == types_.end() ? nullptr : &*found;
}

type* formation::find_fronted(std::string const& name)
{
    auto* const t = find_any(name);
    return t != nullptr && !t->dropped && is_fronted(*t) ? t : nullptr;
}

std::vector<std::string> formation::names() const
{
    std::vector<std::string> names;
    for (auto const& t : types_)
        if (!t.dropped)
            names.push_back(t.spec.name);
    return names;
}

process::slot* formation::slot(core::process_id const& id) const
{
    auto const* const t = find(id.type);
    if (t == nullptr)
        return nullptr;
    auto const found = t->slots.find(id.instance);
    return found == t->slots.end() ? nullptr : found->second.get();
}

void formation::each_slot(std::function<void(process::slot&)> const& call) const
{
    for (auto const& t : types_)
        for (auto const& [n, slot] : t.slots)
            call(*slot);
}

std::vector<process::slot*> formation::select(std::vector<core::selector> const& which) const
{
    std::vector<process::slot*> chosen;
    for (auto const& t : types_)
        for (auto const& [n, slot] : t.slots) {
            auto const& id = slot->id();
            bool const named = std::any_of(which.begin(), which.end(), [&id](auto const& each) {
                return each.type == id.type && (!each.instance || *each.instance == id.instance);
            });
            bool const is_wanted = n <= t.wanted && slot->wanted() != core::target::down;
            if ((which.empty() || named) && is_wanted)
                chosen.push_back(slot.get());
        }
    return chosen;
}

std::size_t formation::wanted_of(std::vector<core::selector> const& which) const
{
    std::size_t wanted = 0;
    for (auto const& each : which) {
        auto const* const t = find(each.type);
        wanted += each.instance || t == nullptr ? 1 : static_cast<std::size_t>(t->wanted);
    }
    return wanted;
}

problem formation::unknown(std::string const& name) const
{
    auto const id = core::parse_process_id(name);
    if (auto const* t = id ? find(id->type) : nullptr) {
        return {404, "No such process",
                "no process '" + name + "': " + id->type +
                    (t->wanted == 0   ? " is scaled to 0"
                     : t->wanted == 1 ? " has one, " + id->type + ".1"
                                      : " has " + id->type + ".1 to " + id->type + '.' +
                                            std::to_string(t->wanted))};
    }
    auto const wrong = id ? id->type : name;
    auto text = "no process type '" + wrong + '\'';
    if (auto const near = procfile::closest(wrong, names()))
        text += " (did you mean '" + *near + "'?)";
    return {404, "No such process type", text};
}

core::api::outcome<core::selector> formation::parse(std::string const& name) const
{
    if (find(name) != nullptr)
        return core::selector{name, std::nullopt};
    auto const id = core::parse_process_id(name);
    if (id && slot(*id) != nullptr)
        return core::selector{id->type, id->instance};
    return unknown(name);
}

core::waiting formation::waits_for(process::slot const& of) const
{
    core::waiting found;
    auto const* const t = find(of.id().type);
    if (t == nullptr || !of.waits())
        return found;
    found.long_since = of.waits_long();
    found.for_addresses = shut_addresses(*t);
    for (auto const& name : t->spec.settings.after) {
        auto const* const other = find(name);
        for (int n = 1; other != nullptr && n <= other->wanted; ++n) {
            auto const there = other->slots.find(n);
            auto const* const s = there == other->slots.end() ? nullptr : there->second.get();
            if (s == nullptr || !s->ready())
                found.for_these.push_back({core::process_id{name, n}.str(),
                                           s ? s->state() : core::process_state::waiting,
                                           other->held.contains(n)});
        }
    }
    return found;
}

std::set<std::string> formation::rolling() const
{
    std::set<std::string> names;
    for (auto const& t : types_)
        if (t.roll && !t.roll->over())
            for (auto const& [n, slot] : t.slots)
                names.insert(slot->name());
    return names;
}

bool formation::any_slot() const
{
    return std::any_of(types_.begin(), types_.end(),
                       [](auto const& t) { return !t.slots.empty(); });
}

bool formation::any_running() const
{
    bool any = with_.errands > 0;
    each_slot([&any](process::slot& s) { any = any || s.pid() >= 0; });
    return any;
}

bool formation::all_at_rest() const
{
    bool all = any_slot();
    each_slot([&all](process::slot& s) { all = all && s.at_rest(); });
    return all;
}

std::chrono::milliseconds formation::longest_stop() const
{
    std::chrono::milliseconds longest{0};
    each_slot([&longest](process::slot& s) { longest = std::max(longest, s.stop_timeout()); });
    return longest;
}

std::string formation::not_ready() const
{
    std::string names;
    each_slot([&names](process::slot& s) {
        if (s.wanted() == core::target::up && !s.ready() &&
            s.state() != core::process_state::completed)
            names += (names.empty() ? "" : ", ") + s.id().str();
    });
    return names;
}

bool all_at_rest(type const& t)
{
    return !t.slots.empty() && std::all_of(t.slots.begin(), t.slots.end(),
                                           [](auto const& each) { return each.second->at_rest(); });
}

} // namespace procd::formation
