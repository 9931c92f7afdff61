// What the control socket shows of the supervisor.
#include "supervisor/daemon/supervisor.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/output/hub.hpp"

#include <algorithm>
#include <utility>

namespace procd::daemon {

using core::api::outcome;
using core::api::problem;

core::api::status_view supervisor::status() const
{
    core::api::status_view s;
    s.version = PROCD_VERSION;
    auto const& app = current_->app;
    s.app = app.name;
    s.root = app.root;
    s.socket = app.socket;
    s.release = core::release_name(current_->record.number);
    s.pid = os::current_pid();
    s.started_at = started_at_;
    s.state = stopping_ ? "stopping" : "running";
    s.verb = app::defaults_of(app.started_as).name;
    s.containment = with_.cgroup ? "cgroup" : "process id";
    if (!with_.cgroup)
        s.containment_reason = with_.no_cgroup_reason;
    s.total.types = static_cast<int>(type_names().size());
    for (auto const& type : types_) {
        s.total.wanted += type.wanted;
        for (auto const& [n, slot] : type.slots) {
            s.total.running += slot->pid() >= 0;
            s.total.ready += slot->ready();
            s.total.restarts += slot->view().restarts;
        }
    }
    s.total.log_lines = with_.hub.lines_seen();
    s.total.log_dropped = with_.hub.lines_dropped();
    return s;
}

// One that is on its way out is no type any more; its processes are still listed.
supervisor::type_state const* supervisor::type(std::string const& name) const
{
    auto const found = std::find_if(types_.begin(), types_.end(), [&](auto const& t) {
        return t.spec.name == name && !t.dropped;
    });
    return found == types_.end() ? nullptr : &*found;
}

supervisor::type_state* supervisor::type(std::string const& name)
{
    return const_cast<type_state*>(std::as_const(*this).type(name));
}

std::vector<std::string> supervisor::type_names() const
{
    std::vector<std::string> names;
    for (auto const& t : types_)
        if (!t.dropped)
            names.push_back(t.spec.name);
    return names;
}

process::slot* supervisor::slot(core::process_id const& id) const
{
    auto const* t = type(id.type);
    if (!t)
        return nullptr;
    auto const found = t->slots.find(id.instance);
    return found == t->slots.end() ? nullptr : found->second.get();
}

std::vector<process::slot*> supervisor::select(std::vector<control::selector> const& what) const
{
    std::vector<process::slot*> chosen;
    for (auto const& type : types_) {
        for (auto const& [n, slot] : type.slots) {
            bool const named = std::any_of(what.begin(), what.end(), [&, n = n](auto const& w) {
                return w.type == type.spec.name && (!w.instance || *w.instance == n);
            });
            if ((what.empty() || named) && slot->wanted() != core::target::down)
                chosen.push_back(slot.get());
        }
    }
    return chosen;
}

// How many should run of what is selected: a type's count, one for a process.
std::size_t supervisor::wanted_of(std::vector<control::selector> const& what) const
{
    std::size_t wanted = 0;
    for (auto const& w : what) {
        auto const* t = type(w.type);
        wanted += w.instance || !t ? 1 : static_cast<std::size_t>(t->wanted);
    }
    return wanted;
}

problem supervisor::unknown(std::string const& name) const
{
    auto const id = core::parse_process_id(name);
    if (auto const* t = id ? type(id->type) : nullptr) {
        return {404, "No such process",
                "no process '" + name + "': " + id->type +
                    (t->wanted == 0   ? " is scaled to 0"
                     : t->wanted == 1 ? " has one, " + id->type + ".1"
                                      : " has " + id->type + ".1 to " + id->type + '.' +
                                            std::to_string(t->wanted))};
    }
    std::vector<std::string> const names = type_names();
    auto const wrong = id ? id->type : name;
    auto text = "no process type '" + wrong + '\'';
    if (auto const near = procfile::closest(wrong, names))
        text += " (did you mean '" + *near + "'?)";
    return {404, "No such process type", text};
}

outcome<control::selector> supervisor::find(std::string const& name) const
{
    if (type(name))
        return control::selector{name, std::nullopt};
    auto const id = core::parse_process_id(name);
    if (id && slot(*id))
        return control::selector{id->type, id->instance};
    return unknown(name);
}

outcome<std::vector<core::api::process_view>>
supervisor::processes(std::optional<std::string> only) const
{
    if (only && !type(*only))
        return unknown(*only);
    std::vector<core::api::process_view> views;
    std::vector<type_state const*> sorted;
    for (auto const& t : types_)
        if (!only || *only == t.spec.name)
            sorted.push_back(&t);
    std::sort(sorted.begin(), sorted.end(),
              [](auto const* a, auto const* b) { return a->spec.name < b->spec.name; });
    for (auto const* t : sorted) {
        for (auto const& [n, slot] : t->slots) {
            views.push_back(slot->view());
            slot->measure(views.back());
        }
    }
    return views;
}

outcome<core::api::process_detail> supervisor::describe(core::process_id const& id) const
{
    auto const* p = slot(id);
    if (!p)
        return unknown(id.str());
    auto d = p->detail();
    auto const& of = *type(id.type);
    d.limits = limits_of(of);
    d.probes = probes_of(of);
    return d;
}

outcome<std::vector<core::api::type_view>> supervisor::types(std::optional<std::string> only) const
{
    if (only && !type(*only))
        return unknown(*only);
    std::vector<core::api::type_view> views;
    for (auto const& t : types_) {
        if (t.dropped || (only && *only != t.spec.name))
            continue;
        core::api::type_view v;
        v.name = t.spec.name;
        v.release = core::release_name(t.release);
        v.command = t.spec.command;
        v.wanted = t.wanted;
        for (auto const& [n, slot] : t.slots) {
            auto const process = slot->view();
            v.ready += process.ready;
            v.up_to_date += process.pid.has_value() && slot->release() == t.release;
            v.available += process.ready;
            if (process.started_at && (!v.started_at || *process.started_at < *v.started_at))
                v.started_at = process.started_at;
        }
        views.push_back(std::move(v));
    }
    std::sort(views.begin(), views.end(),
              [](auto const& a, auto const& b) { return a.name < b.name; });
    return views;
}

std::map<std::string, int> supervisor::formation() const
{
    std::map<std::string, int> counts;
    for (auto const& t : types_)
        if (!t.dropped)
            counts[t.spec.name] = t.wanted;
    return counts;
}

} // namespace procd::daemon
