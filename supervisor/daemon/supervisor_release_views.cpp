// What clients see of releases, and of one that is being rolled out.
#include "supervisor/daemon/supervisor.hpp"

#include <algorithm>

namespace procd::daemon {

using core::release_name;
using core::api::outcome;
using core::api::problem;
using procfile::type_change;

core::api::progress supervisor::look(operation const& op) const
{
    core::api::progress p;
    p.done = op.done && (!setting_.store || setting_.store->durable(op.ticket));
    p.ok = op.ok;
    p.message = op.message;
    p.lines = op.lines;
    p.changes = views_of(op.changes);
    if (!op.done && op.run && op.run->all > 0)
        p.message = op.run->type + ": " + std::to_string(op.run->ready) + " of " +
                    std::to_string(op.run->all) + " replaced";
    for (auto const& c : op.changes)
        if (auto const* t = type(c.type))
            for (auto const& [n, slot] : t->slots)
                p.processes.push_back(slot->view());
    return p;
}

std::vector<core::api::change_view> supervisor::views_of(std::vector<type_change> const& changes)
{
    std::vector<core::api::change_view> views;
    for (auto const& c : changes)
        views.push_back({c.type,
                         c.what == type_change::kind::added     ? "added"
                         : c.what == type_change::kind::removed ? "removed"
                                                                : "changed",
                         c.fields});
    return views;
}

std::vector<core::api::release_view> supervisor::releases() const
{
    std::vector<core::api::release_view> views;
    for (auto each = history_.rbegin(); each != history_.rend(); ++each)
        views.push_back(view_of(each->second));
    return views;
}

core::api::release_view supervisor::view_of(core::release const& r) const
{
    return {
        release_name(r.number), r.reason, r.created, r.number == current_->record.number, r.failed,
        views_of(r.changes)};
}

outcome<core::api::release_detail> supervisor::release(std::string const& name) const
{
    auto const number = core::parse_release_name(name);
    auto const found = number ? history_.find(*number) : history_.end();
    if (found == history_.end())
        return problem{404, "No such release",
                       "no release '" + name + "' (procctl releases lists them)"};
    auto const spec = core::content(found->second.files, found->second.set).spec;
    core::api::release_detail d;
    d.release = view_of(found->second);
    d.root = found->second.root;
    for (auto const& type : spec.types)
        d.commands[type.name] = type.command;
    if (spec.release_phase)
        d.commands[spec.release_phase->name] = spec.release_phase->command;
    for (auto const& variable : spec.env)
        if (std::find(d.variables.begin(), d.variables.end(), variable.key) == d.variables.end())
            d.variables.push_back(variable.key);
    return d;
}

} // namespace procd::daemon
