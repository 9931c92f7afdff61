#include "supervisor/formation/formation.hpp"

#include "supervisor/formation/decision_log.hpp"
#include "supervisor/formation/rollout.hpp"
#include "supervisor/formation/rotation.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

#include <algorithm>
#include <utility>

namespace procd::formation {

namespace {

std::string_view to_string(origin by)
{
    switch (by) {
    case origin::command:
        return "command";
    case origin::autoscaler:
        return "autoscaler";
    case origin::files:
        return "files";
    case origin::put_back:
        return "put back";
    }
    return "";
}

} // namespace

formation::formation(process::services& with) : with_(with) {}

formation::~formation() = default;

void formation::adopt(std::shared_ptr<app::content> next,
                      std::map<std::string, int> const& release_of,
                      std::map<std::string, int> const& counts)
{
    std::vector<type> types;
    for (auto const& spec : next->app.spec.types) {
        type t;
        if (auto* const known = find_any(spec.name); known != nullptr)
            t = std::move(*known);
        bool const begins = t.spec.name.empty() || t.dropped; // new, or back again
        if (begins)
            t.wanted = counts.at(spec.name);
        t.dropped = false;
        t.spec = spec;
        if (begins || !is_fronted(t))
            t.routing = {};
        t.from = next;
        auto const number = release_of.find(spec.name);
        t.release = number == release_of.end() ? next->record.number : number->second;
        for (auto const& [n, slot] : t.slots)
            slot->plan(next->plans.plan(spec, n, t.release));
        types.push_back(std::move(t));
    }
    for (auto& t : types_) {
        if (t.slots.empty()) // moved from, or nothing is left of it
            continue;
        t.dropped = true;
        t.wanted = 0;
        if (t.roll)
            t.roll->end(rollout::result::failed, t.spec.name + " is no longer in the files");
        types.push_back(std::move(t));
    }
    types_ = std::move(types);
    stops_in_order_ = std::any_of(types_.begin(), types_.end(),
                                  [](auto const& t) { return !t.spec.settings.after.empty(); });
    any_gets_sockets_ = std::any_of(types_.begin(), types_.end(), [](auto const& t) {
        return t.spec.settings.front.passed_on();
    });
    // A process that ends before the next reconcile() must not start without its new sockets.
    for (auto const& t : types_)
        for (auto const& [n, slot] : t.slots)
            slot->allow_start(may_start(t));
    with_.changed.notify();
}

void formation::set_wanted(std::string const& name, int wanted, origin by, reason why)
{
    auto* const t = find_any(name);
    if (t == nullptr || t->wanted == wanted)
        return;
    auto const from = std::exchange(t->wanted, wanted);
    if (why.text.empty())
        why.text = name + " scaled from " + std::to_string(from) + " to " + std::to_string(wanted);
    std::vector<output::event_fact> facts{{"from", from}, {"to", wanted}};
    if (by != origin::command)
        facts.emplace_back("origin", to_string(by));
    for (auto& fact : why.facts)
        facts.push_back(std::move(fact));
    with_.events.publish("scaled", name, why.text, std::move(facts));
    log_decision(with_, name, why.text + ", by " + std::string(to_string(by)));
    with_.changed.notify();
}

void formation::hold(core::process_id const& id)
{
    if (auto* const t = find_any(id.type))
        t->held.insert(id.instance);
}

void formation::let_run(core::process_id const& id)
{
    if (auto* const t = find_any(id.type))
        t->held.erase(id.instance);
}

void formation::set_routing(std::string const& name, core::routing to)
{
    auto* const t = find_fronted(name);
    if (t == nullptr)
        return;
    for (auto const& e : core::events_of(name, std::exchange(t->routing, to), to))
        with_.events.publish(e.kind, name, e.message);
    with_.changed.notify();
}

void formation::restore_routing(std::string const& name, core::routing to)
{
    if (auto* const t = find_fronted(name))
        t->routing = to;
}

void formation::restore(std::map<std::string, core::kept_type> const& before)
{
    for (auto& t : types_) {
        auto const found = before.find(t.spec.name);
        if (t.dropped || found == before.end())
            continue;
        set_wanted(t.spec.name, found->second.wanted, origin::put_back);
        t.held = found->second.held;
    }
}

std::shared_ptr<rollout> formation::roll(std::string const& name, std::shared_ptr<rollout> made)
{
    auto* const t = find_any(name);
    if (t->roll)
        t->roll->end(rollout::result::failed, name + ": another restart has taken over");
    made->begin(*t);
    t->roll = made;
    reconcile(*t); // the surge of the one before ends
    with_.changed.notify();
    return made;
}

void formation::begin_running()
{
    phase_ = phase::running;
    reconcile();
}

void formation::begin_stop(core::time_point limit)
{
    phase_ = phase::stopping;
    each_slot([limit](process::slot& s) { s.stop_by(limit); });
    reconcile();
    with_.changed.notify();
}

void formation::hurry()
{
    reconcile();
    auto const now = std::chrono::steady_clock::now();
    each_slot([now](process::slot& s) { s.stop_by(now); });
}

void formation::reconcile()
{
    if (phase_ == phase::preparing)
        return;
    for (auto& t : types_)
        reconcile(t);
    with_.changed.notify();
}

void formation::reconcile(type& of)
{
    int const wanted = stopping() ? 0 : of.wanted;
    bool const starts = may_start(of);
    auto const surge = of.roll && !stopping() ? of.roll->surge() : std::set<int>{};
    for (int n = 1; n <= wanted; ++n)
        if (!of.slots.contains(n))
            open_slot(of, n, starts);
    for (int const n : surge)
        if (!of.slots.contains(n))
            open_slot(of, n, starts);
    // At a stop a type that others come after stays until these are gone, but is not started again.
    bool const needed =
        stopping() && !with_.hurried && stops_in_order_ && has_dependants(of.spec.name);
    for (auto const& [n, slot] : of.slots) {
        bool const down = n > wanted && !surge.contains(n) && !(needed && slot->pid() >= 0);
        if (down && !stopping())
            of.held.erase(n);
        slot->want(down                  ? core::target::down
                   : of.held.contains(n) ? core::target::held
                                         : core::target::up);
        slot->allow_start(starts);
    }
}

void formation::resize_terminals()
{
    each_slot([size = with_.window_of_processes()](process::slot& s) { s.resize(size); });
}

void formation::open_slot(type& of, int instance, bool may_start)
{
    core::process_id const id{of.spec.name, instance};
    auto const prefix = with_.hub.prefix_columns();
    with_.hub.widen(id.str().size());
    if (with_.hub.prefix_columns() != prefix)
        resize_terminals();
    auto made = std::make_unique<process::slot>(with_, id, of.spec.position,
                                                of.from->plans.plan(of.spec, instance, of.release));
    auto& slot = *of.slots.emplace(instance, std::move(made)).first->second;
    slot.allow_start(may_start);
    if (of.roll)
        of.roll->opened(slot);
    slot.start();
}

formation::findings formation::look()
{
    findings found;
    each_slot([&](process::slot& s) {
        if (auto const end = s.take_unasked_end())
            found.unasked_ends.emplace_back(s.id(), *end);
        if (s.over() && s.failure())
            found.failures.emplace_back(s.id(), s.failure());
    });
    bool any_over = false;
    for (auto& t : types_)
        any_over = take_off(t) || any_over;
    std::erase_if(types_, [](auto const& t) { return t.dropped && t.slots.empty(); });
    bool const any_waits = (stops_in_order_ || any_gets_sockets_) && phase_ != phase::preparing;
    if (any_over || any_waits)
        for (auto& t : types_)
            if (any_over || stopping() || !t.spec.settings.after.empty() ||
                t.spec.settings.front.passed_on())
                reconcile(t);
    if (any_over)
        with_.changed.notify();
    return found;
}

// The slots that nothing is left of.
bool formation::take_off(type& of)
{
    bool any = false;
    for (auto each = of.slots.begin(); each != of.slots.end();) {
        auto const at = each++;
        if (!at->second->over())
            continue;
        gave_up_ = gave_up_ || at->second->gave_up();
        of.slots.erase(at);
        any = true;
    }
    return any;
}

bool formation::may_start(type const& of) const
{
    auto const& after = of.spec.settings.after;
    return std::all_of(after.begin(), after.end(),
                       [this](auto const& name) { return type_ready(name); }) &&
           shut_addresses(of).empty();
}

std::vector<std::string> formation::shut_addresses(type const& of) const
{
    std::vector<std::string> shut;
    auto const& front = of.spec.settings.front;
    if (!front.passed_on())
        return shut;
    for (auto const& address : front.listen)
        if (!with_.sockets.find(address))
            shut.push_back(procfile::to_string(address));
    return shut;
}

bool formation::type_ready(std::string const& name) const
{
    auto const* const found = find(name);
    if (found == nullptr)
        return true;
    for (int n = 1; n <= found->wanted; ++n) {
        auto const slot = found->slots.find(n);
        if (slot == found->slots.end() || !slot->second->ready())
            return false;
    }
    return true;
}

// Tells whether anything is left of a type that comes after this one.
bool formation::has_dependants(std::string const& name) const
{
    return std::any_of(types_.begin(), types_.end(), [&](auto const& other) {
        auto const& after = other.spec.settings.after;
        return !other.slots.empty() && std::find(after.begin(), after.end(), name) != after.end();
    });
}

} // namespace procd::formation
