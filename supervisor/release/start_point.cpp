#include "supervisor/release/start_point.hpp"

#include "supervisor/core/start_table.hpp"

#include <algorithm>
#include <utility>

namespace procd::release {

namespace start = core::start;

namespace {

core::release first_release(app::loaded const& seen)
{
    core::release r;
    r.created = std::chrono::system_clock::now();
    r.reason = "start";
    r.root = seen.app.root;
    r.files = seen.files;
    return r;
}

// The type as the command line and the files have it.
core::kept_type fresh_type(procfile::type_spec const& type, int count)
{
    core::kept_type t;
    t.wanted = count;
    t.rule = core::autoscale::rule_of(type.settings);
    return t;
}

core::kept_type merged(procfile::type_spec const& type, int count, core::kept_type const* kept,
                       procfile::type_spec const* before, start::command_line given)
{
    auto const lost = kept ? kept->lost : core::lost_values{true, true};
    auto const count_kept = lost.count ? start::kept::absent : start::kept::present;
    auto const rule_kept = lost.rule ? start::kept::absent : start::kept::present;
    auto const file =
        start::compare(type.settings.count, before ? before->settings.count : std::nullopt,
                       before ? start::known_before::yes : start::known_before::no);
    bool const rule_changed = before && before->settings.autoscale != type.settings.autoscale;
    auto const rule = rule_changed ? start::file_rule::changed : start::file_rule::same;
    return start::merge(fresh_type(type, count), kept, start::count_from(given, count_kept, file),
                        start::rule_from(rule_kept, rule));
}

start::type_change change_of(std::string const& type, core::release const& next)
{
    bool const restarts = std::any_of(next.changes.begin(), next.changes.end(), [&](auto const& c) {
        return c.type == type && core::needs_restart(c);
    });
    return restarts ? start::type_change::needs_restart : start::type_change::none;
}

class finder {
public:
    finder(app::loaded seen, std::optional<std::string> formation, state_files::kept kept)
        : seen_(std::move(seen)), kept_(std::move(kept))
    {
        point_.formation = std::move(formation);
        point_.notes = std::move(kept_.notes);
    }

    boost::system::result<start_point, std::string> find();

private:
    void find_fallback(std::shared_ptr<procfile::port_plan> const& ports);
    start::last_read compare_with_last(core::release const& next) const;
    start::difference compare_with_fallback(core::release& next,
                                            std::shared_ptr<procfile::port_plan> const& ports);
    void number(core::release& next, std::shared_ptr<procfile::port_plan> const& ports);
    core::kept_type const* kept_type(std::string const& name) const;
    void take_types();

    app::loaded seen_;
    state_files::kept kept_;
    start_point point_;
    start::standing files_ = start::standing::first;
};

// The kept release that ran, if it can still be run.
void finder::find_fallback(std::shared_ptr<procfile::port_plan> const& ports)
{
    if (!kept_.state)
        return;
    auto const found = kept_.releases.find(kept_.state->release);
    if (found == kept_.releases.end())
        return;
    auto made = app::make_content(found->second, seen_.app, ports);
    if (made)
        point_.fallback = std::move(*made);
    else
        point_.notes.push_back("the kept release cannot be compared: " + made.error());
}

start::last_read finder::compare_with_last(core::release const& next) const
{
    if (!kept_.state)
        return start::last_read::other;
    auto const last = kept_.releases.find(kept_.state->read);
    bool const same = last != kept_.releases.end() && last->second.root == next.root &&
                      last->second.files == next.files;
    return same ? start::last_read::same : start::last_read::other;
}

// The settings made by command that survive become part of `next`, whose changes are noted in it.
start::difference finder::compare_with_fallback(core::release& next,
                                                std::shared_ptr<procfile::port_plan> const& ports)
{
    auto const& before = *point_.fallback;
    next.number = kept_.state->newest + 1;
    next.reason = "start: the files have changed";
    next.set = core::surviving(before.record.set, before.file_spec(), seen_.app.spec);
    auto const probe = app::make_content(next, seen_.app, ports);
    if (!probe)
        return start::difference::no_app; // said by the caller, who makes it again
    next.changes = difference(before, **probe);
    bool const same = std::none_of(next.changes.begin(), next.changes.end(), core::makes_release);
    return same ? start::difference::none : start::difference::some;
}

// Gives the release its number, or puts the kept one in its place.
void finder::number(core::release& next, std::shared_ptr<procfile::port_plan> const& ports)
{
    auto const state = kept_.state ? start::kept::present : start::kept::absent;
    auto const ran = point_.fallback ? start::kept_release::usable : start::kept_release::absent;
    auto const last = compare_with_last(next);
    auto files = start::difference::not_compared;
    if (point_.fallback && last == start::last_read::other)
        files = compare_with_fallback(next, ports);
    files_ = start::stand(state, ran, last, files);
    if (files_ == start::standing::read_last)
        next = point_.fallback->record;
    if (files_ == start::standing::same_release) {
        auto const& before = point_.fallback->record;
        next.reason = before.reason;
        next.created = before.created;
        next.changes = before.changes;
    }
    start::numbers before;
    if (kept_.state)
        before = {kept_.state->release, kept_.state->newest, kept_.state->read};
    auto const now = start::number(files_, before);
    next.number = now.release;
    point_.newest = now.newest;
    point_.read = now.read;
    point_.is_new = start::is_new(files_);
}

core::kept_type const* finder::kept_type(std::string const& name) const
{
    if (!kept_.state)
        return nullptr;
    auto const found = kept_.state->types.find(name);
    return found == kept_.state->types.end() ? nullptr : &found->second;
}

void finder::take_types()
{
    std::optional<procfile::app_spec> before;
    if (point_.fallback)
        before = point_.fallback->file_spec();
    auto const given = start::compare(point_.formation, kept_.state ? &*kept_.state : nullptr);
    auto const ran = point_.fallback ? start::kept_release::usable : start::kept_release::absent;
    auto const& record = point_.now->record;
    for (auto const& type : point_.now->app.spec.types) {
        auto const* const kept = kept_type(type.name);
        point_.types[type.name] = merged(type, seen_.app.counts[type.name], kept,
                                         before ? before->find(type.name) : nullptr, given);
        auto const from = start::release_from(kept ? start::kept::present : start::kept::absent,
                                              ran, files_, change_of(type.name, record));
        point_.release_of[type.name] =
            from == start::release_source::kept ? kept->release : record.number;
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
    number(next, ports);
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
    point_.releases = std::move(kept_.releases);
    point_.releases.insert_or_assign(point_.now->record.number, point_.now->record);
    take_types();
    return std::move(point_);
}

} // namespace

boost::system::result<start_point, std::string>
find_start_point(app::loaded seen, std::optional<std::string> formation, state_files::kept kept)
{
    return finder(std::move(seen), std::move(formation), std::move(kept)).find();
}

} // namespace procd::release
