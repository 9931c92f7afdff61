#include "supervisor/release/releases.hpp"

#include "supervisor/release/state_files.hpp"
#include "supervisor/release/state_store.hpp"

#include <algorithm>
#include <utility>

namespace procd::release {

using core::release_name;
using core::api::outcome;
using core::api::problem;
using procfile::type_change;

namespace {

problem no_release(std::string const& name)
{
    return {404, "No such release", "no release '" + name + "' (procctl releases lists them)"};
}

} // namespace

releases::releases(std::shared_ptr<app::content> now, std::map<int, core::release> kept, numbers at,
                   state_store* store)
    : current_(std::move(now)), history_(std::move(kept)), numbers_(at), store_(store)
{
}

void releases::record(core::release const& r)
{
    history_.insert_or_assign(r.number, r);
    if (store_ != nullptr)
        store_->save(r);
    while (history_.size() > state_files::releases_kept) {
        auto const oldest = std::find_if(history_.begin(), history_.end(), [&](auto const& each) {
            return each.first != current_number() && each.first != numbers_.read;
        });
        if (store_ != nullptr)
            store_->forget_release(oldest->first);
        history_.erase(oldest);
    }
}

core::release const& releases::last_read() const
{
    auto const found = history_.find(numbers_.read);
    return found == history_.end() ? current_->record : found->second;
}

void releases::save_all() const
{
    for (auto const& [number, r] : history_)
        if (store_ != nullptr)
            store_->save(r);
}

outcome<core::release> releases::to_roll_back_to(std::string const& name) const
{
    auto const now = current_number();
    auto target = history_.end();
    if (name.empty()) {
        for (auto each = history_.begin(); each != history_.end() && each->first < now; ++each)
            if (!each->second.failed)
                target = each;
        if (target == history_.end())
            return problem{409, "No such release",
                           "there is no release before " + release_name(now)};
    } else if (auto const number = core::parse_release_name(name)) {
        target = history_.find(*number);
    }
    if (target == history_.end())
        return no_release(name);
    if (target->first == now)
        return problem{409, "Nothing to do", name + " is what runs"};
    return target->second;
}

std::vector<core::api::change_view> views_of(std::vector<type_change> const& changes)
{
    std::vector<core::api::change_view> views;
    for (auto const& c : changes)
        views.push_back({c.type,
                         c.action == type_change::kind::added     ? "added"
                         : c.action == type_change::kind::removed ? "removed"
                                                                  : "changed",
                         c.fields});
    return views;
}

std::vector<core::api::release_view> releases::views() const
{
    std::vector<core::api::release_view> views;
    for (auto each = history_.rbegin(); each != history_.rend(); ++each)
        views.push_back(view_of(each->second));
    return views;
}

core::api::release_view releases::view_of(core::release const& r) const
{
    return {release_name(r.number),       r.reason, r.created,
            r.number == current_number(), r.failed, views_of(r.changes)};
}

outcome<core::api::release_detail> releases::detail(std::string const& name) const
{
    auto const number = core::parse_release_name(name);
    auto const found = number ? history_.find(*number) : history_.end();
    if (found == history_.end())
        return no_release(name);
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

} // namespace procd::release
