#include "supervisor/release/start_point.hpp"

#include <algorithm>
#include <utility>

namespace procd::release {

namespace {

std::optional<core::autoscale::rule> rule_of(procfile::type_settings const& s)
{
    if (!s.autoscale)
        return std::nullopt;
    return core::autoscale::rule{s.autoscale->min, s.autoscale->max, s.autoscale->cpu_percent};
}

core::release first_release(app::loaded const& seen)
{
    core::release r;
    r.created = std::chrono::system_clock::now();
    r.reason = "start";
    r.root = seen.app.root;
    r.files = seen.files;
    return r;
}

// What was kept of a type, as far as neither the command line nor the file says something new.
core::kept_type merged(procfile::type_spec const& type, int default_count,
                       core::kept_type const* kept, procfile::type_spec const* before,
                       bool formation_changed)
{
    core::kept_type t;
    t.wanted = default_count;
    t.rule = rule_of(type.settings);
    if (!kept)
        return t;
    bool const count_changed = before && before->settings.count != type.settings.count;
    bool const rule_changed = before && before->settings.autoscale != type.settings.autoscale;
    if (!formation_changed && !(count_changed && type.settings.count))
        t.wanted = kept->wanted;
    if (!rule_changed)
        t.rule = kept->rule;
    t.held = kept->held;
    t.last_rescale = kept->last_rescale;
    t.release = kept->release;
    return t;
}

class finder {
public:
    finder(app::loaded seen, std::optional<std::string> formation, state_store::kept kept)
        : seen_(std::move(seen)), kept_(std::move(kept))
    {
        point_.formation = std::move(formation);
        point_.notes = std::move(kept_.notes);
    }

    boost::system::result<start_point, std::string> find();

private:
    void find_fallback(std::shared_ptr<procfile::port_plan> const& ports);
    bool number(core::release& next, std::shared_ptr<procfile::port_plan> const& ports);
    void take_types();

    app::loaded seen_;
    state_store::kept kept_;
    start_point point_;
};

// The kept release that ran, if it can still be run.
void finder::find_fallback(std::shared_ptr<procfile::port_plan> const& ports)
{
    if (!kept_.state)
        return;
    point_.newest = kept_.state->newest;
    auto const found = kept_.releases.find(kept_.state->release);
    if (found == kept_.releases.end())
        return;
    auto made = app::make_content(found->second, seen_.app, ports);
    if (made)
        point_.fallback = std::move(*made);
    else
        point_.notes.push_back("the kept release cannot be compared: " + made.error());
}

// False when the files make what was kept: then that goes on under its number.
bool finder::number(core::release& next, std::shared_ptr<procfile::port_plan> const& ports)
{
    if (!kept_.state)
        return true;
    next.number = point_.newest + 1;
    point_.read = next.number;
    if (!point_.fallback)
        return true;
    auto const& before = *point_.fallback;
    // Files that were read before, and then failed or were rolled back, are no news.
    auto const last = kept_.releases.find(kept_.state->read);
    if (last != kept_.releases.end() && last->second.root == next.root &&
        last->second.files == next.files) {
        next = before.record;
        point_.read = last->first;
        return false;
    }
    next.reason = "start: the files have changed";
    next.set = core::surviving(before.record.set, before.file_spec(), seen_.app.spec);
    auto const probe = app::make_content(next, seen_.app, ports);
    if (!probe)
        return true; // said by the caller, who makes it again
    auto const changes = difference(before, **probe);
    bool const same = std::none_of(changes.begin(), changes.end(), core::makes_release);
    if (same) {
        next.number = before.record.number;
        next.reason = before.record.reason;
        next.created = before.record.created;
        next.changes = before.record.changes;
        point_.read = next.number;
        return false;
    }
    next.changes = changes;
    return true;
}

void finder::take_types()
{
    std::optional<procfile::app_spec> before;
    if (point_.fallback)
        before = point_.fallback->file_spec();
    bool const formation_changed =
        kept_.state && point_.formation && point_.formation != kept_.state->formation;
    for (auto const& type : point_.now->app.spec.types) {
        core::kept_type const* kept = nullptr;
        if (kept_.state)
            if (auto const found = kept_.state->types.find(type.name);
                found != kept_.state->types.end())
                kept = &found->second;
        auto const default_count = seen_.app.counts[type.name];
        point_.types[type.name] =
            merged(type, default_count, kept, before ? before->find(type.name) : nullptr,
                   formation_changed);
        int const number = point_.now->record.number;
        auto const changed = std::find_if(
            point_.now->record.changes.begin(), point_.now->record.changes.end(),
            [&](auto const& c) { return c.type == type.name && core::needs_restart(c); });
        bool const unchanged = kept && point_.fallback &&
                               (!point_.is_new || changed == point_.now->record.changes.end());
        point_.release_of[type.name] = unchanged ? kept->release : number;
    }
    if (kept_.state)
        for (auto const& [name, kept] : kept_.state->types)
            point_.fallback_release_of[name] = kept.release;
}

boost::system::result<start_point, std::string> finder::find()
{
    using result = boost::system::result<start_point, std::string>;
    auto const ports =
        std::make_shared<procfile::port_plan>(seen_.app.base_port, seen_.app.spec.port_order());
    point_.ports = ports;
    find_fallback(ports);
    auto next = first_release(seen_);
    point_.is_new = number(next, ports);
    if (next.set.empty() && next.files == seen_.files && next.root == seen_.app.root) {
        auto const counts = seen_.app.counts;
        point_.now = std::make_shared<app::content>(std::move(next), std::move(seen_.app), ports);
        seen_.app.counts = counts; // the files are merged already
    } else {
        auto made = app::make_content(std::move(next), seen_.app, ports);
        if (!made)
            return result(boost::system::in_place_error, made.error());
        point_.now = std::move(*made);
    }
    point_.newest = std::max(point_.newest, point_.now->record.number);
    point_.releases = std::move(kept_.releases);
    point_.releases.insert_or_assign(point_.now->record.number, point_.now->record);
    take_types();
    return std::move(point_);
}

} // namespace

boost::system::result<start_point, std::string>
find_start_point(app::loaded seen, std::optional<std::string> formation, state_store::kept kept)
{
    return finder(std::move(seen), std::move(formation), std::move(kept)).find();
}

} // namespace procd::release
