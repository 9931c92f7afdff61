// A reload, a rollback, or settings made by command, step by step:
//
//  1. The files are read again (a reload), or an older release is taken; the next release is made
//  of
//     that and checked whole. Until here nothing has changed.
//  2. When nothing of it makes a release (counts, rules, watches), it is taken up and that is all.
//  3. It gets the next number, which is never used again.
//  4. In `serve` its release phase runs. When that fails, the release is listed as failed and
//     everything stays as it is.
//  5. It is taken up: new processes are made of it, counts and rules that the files changed are
//  set,
//     it is recorded and kept.
//  6. Its types are rolled, one after the other in file order. When one does not become ready, the
//     release before is taken up again with the counts and rules it had, and its types are rolled
//     back; the new one stays in the list as failed.
#include "supervisor/release/change.hpp"

#include "supervisor/formation/autoscaler.hpp"
#include "supervisor/formation/formation.hpp"
#include "supervisor/formation/rollout.hpp"
#include "supervisor/formation/rotation.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/release/keeper.hpp"
#include "supervisor/release/release_phase.hpp"

#include <algorithm>
#include <utility>

namespace procd::release {

namespace asio = boost::asio;
using core::release_name;
using core::api::problem;
using procfile::type_change;

namespace {

// Types whose processes a release replaces or adds, in the order of the files.
std::vector<std::string> touched_types(procfile::app_spec const& spec,
                                       std::vector<type_change> const& changes)
{
    std::vector<std::string> names;
    for (auto const& type : spec.types)
        for (auto const& c : changes)
            if (c.type == type.name &&
                (c.action == type_change::kind::added || core::needs_restart(c)))
                names.push_back(type.name);
    return names;
}

// The settings, made by command, of front ports that are not there any more.
std::map<std::string, core::routing>
routing_taken_away(std::map<std::string, core::kept_type> const& before,
                   formation::formation const& now)
{
    std::map<std::string, core::routing> lost;
    for (auto const& [name, kept] : before)
        if (auto const* const t = now.find(name); t == nullptr || !formation::is_fronted(*t))
            lost[name] = kept.routing;
    return lost;
}

} // namespace

void adopt(parts const& with, std::shared_ptr<app::content> next,
           std::map<std::string, int> const& release_of)
{
    with.history.take_up(next);
    auto const& logs = next->app.spec.settings.logs;
    with.with.hub.limit_files({logs.max_size, logs.keep, logs.total});
    auto const counts = app::default_counts(*next);
    with.formation.adopt(std::move(next), release_of, counts);
}

change::begun change::begin(core::release next, app::application const& base,
                            operation::source from, std::vector<std::string> warnings)
{
    if (with_.formation.stopping())
        return problem{409, "Stopping", "procd is stopping the app"};
    if (with_.formation.now() == formation::phase::preparing)
        return problem{409, "Not started",
                       "the release phase runs; nothing is started before it has ended"};
    if (operation_)
        return problem{409, "Under way",
                       "a reload or rollback is under way; wait for it (procctl events -f)"};
    auto made = app::make_content(std::move(next), base, with_.ports);
    if (!made)
        return problem{422, "The release cannot be run", made.error()};
    auto const op = std::make_shared<operation>();
    op->from = from;
    op->warnings = std::move(warnings);
    op->changes = app::difference(*with_.history.current(), **made);
    operation_ = op;
    ++count_;
    auto const ended = [this, op](std::exception_ptr const& error) {
        operation_.reset();
        if (error && !op->done)
            op->message = loop::words_of("the change", error);
        op->done = true;
        with_.with.changed.notify();
    };
    try {
        with_.with.tasks.spawn("a change of the release", carry_out(op, std::move(*made)), ended);
    } catch (...) { // no memory: nothing is under way
        operation_.reset();
        throw;
    }
    return op;
}

asio::awaitable<void> change::carry_out(std::shared_ptr<operation> op,
                                        std::shared_ptr<app::content> next)
{
    auto const was = remember();
    if (std::none_of(op->changes.begin(), op->changes.end(), core::makes_release)) {
        take_up_without_release(*op, *next, was);
        adopt(with_, next, was.release_of);
        take_counts(op->changes);
        with_.history.record(next->record);
        succeed(*op,
                op->changes.empty()
                    ? "nothing has changed; " + release_name(next->record.number) + " stays"
                    : core::describe(op->changes) + "; no process has to be replaced for that");
        co_return;
    }
    number(*op, *next);
    auto const name = release_name(next->record.number);
    if (next->app.started_as == app::verb::serve && !co_await with_.phase.run(next)) {
        fail_phase(*op, *next, was);
        co_return;
    }
    auto const types = touched_types(next->app.spec, op->changes);
    take_up(*op, next, was, types);
    auto const failure = co_await roll_all(op, types, direction::forward);
    if (failure.empty()) {
        succeed(*op, name + " is up");
        co_return;
    }
    if (with_.formation.stopping()) {
        fail(*op, failure);
        co_return;
    }
    put_back(*next, was, failure);
    auto const lines = op->lines;
    auto const again = co_await roll_all(op, types, direction::back);
    op->lines = lines;
    auto const back = release_name(was.content->record.number);
    fail(*op, failure + "; " + back + (again.empty() ? " is back" : " is put back, but " + again));
}

change::before change::remember() const
{
    before was{with_.history.current(), {}, with_.history.at(), with_.kept.types()};
    for (auto const& t : with_.formation.types())
        if (!t.dropped)
            was.release_of[t.spec.name] = t.release;
    return was;
}

// The files may still read otherwise, and counts and rules be others: it goes on under the number,
// the reason and the changes of the release that runs.
void change::take_up_without_release(operation& op, app::content& next, before const& was)
{
    auto const& record = was.content->record;
    next.record.number = record.number;
    next.record.reason = record.reason;
    next.record.created = record.created;
    next.record.changes = record.changes;
    if (op.from == operation::source::files)
        with_.history.set({was.numbers.newest, record.number});
}

void change::number(operation const& op, app::content& next)
{
    auto at = with_.history.at();
    at.newest = next.record.number;
    if (op.from == operation::source::files)
        at.read = at.newest;
    with_.history.set(at);
    next.record.changes = op.changes;
}

void change::fail_phase(operation& op, app::content& next, before const& was)
{
    if (with_.formation.stopping()) { // nothing has failed: the next start looks at the files again
        with_.history.set(was.numbers);
        return fail(op, "procd is stopping the app");
    }
    next.record.failed = true;
    with_.history.record(next.record);
    fail(op, "the release phase of " + release_name(next.record.number) + " failed; " +
                 release_name(was.content->record.number) + " stays");
}

void change::take_up(operation const& op, std::shared_ptr<app::content> const& next,
                     before const& was, std::vector<std::string> const& touched)
{
    auto release_of = was.release_of;
    for (auto const& type : touched)
        release_of[type] = next->record.number;
    adopt(with_, next, release_of);
    take_counts(op.changes);
    with_.history.record(next->record);
    with_.kept.keep();
    auto const name = release_name(next->record.number);
    auto const text = name + ": " + core::describe(op.changes);
    with_.with.hub.system(text);
    with_.with.events.publish("released", "", text, {{"release", name}});
    with_.formation.reconcile();
}

// One type after the other. Returns what went wrong first, or nothing. On the way back a failure
// keeps no other type from being rolled back.
asio::awaitable<std::string> change::roll_all(std::shared_ptr<operation> op,
                                              std::vector<std::string> types, direction where)
{
    using core::rollout::purpose;
    using formation::rollout;
    bool const forward = where == direction::forward;
    std::string failure;
    for (auto const& name : types) {
        if (with_.formation.find(name) == nullptr)
            continue;
        rollout::scope const scope{.already = rollout::scope::fresh::of_the_release,
                                   .why = forward ? purpose::new_release : purpose::known_release};
        auto const made = std::make_shared<rollout>(with_.with, scope);
        auto const run = with_.formation.roll(name, made);
        op->run = run;
        while (!run->over() && !with_.formation.stopping())
            co_await with_.with.changed.wait();
        op->run.reset();
        if (with_.formation.stopping())
            co_return "procd is stopping the app";
        if (run->ok() || !failure.empty())
            continue;
        op->lines = run->lines();
        failure = run->message();
        if (forward)
            break;
    }
    co_return failure;
}

void change::put_back(app::content& failed, before const& was, std::string const& failure)
{
    failed.record.failed = true;
    auto const lost = routing_taken_away(was.types, with_.formation);
    adopt(with_, was.content, was.release_of);
    with_.formation.restore(was.types);
    for (auto const& [name, routing] : lost)
        with_.formation.restore_routing(name, routing);
    for (auto const& [name, kept] : was.types)
        with_.autoscaler.restore(name, kept.rule, kept.last_rescale);
    with_.history.record(failed.record);
    with_.history.record(was.content->record); // the list may have grown past it
    with_.kept.keep();
    auto const back = release_name(was.content->record.number);
    auto const text =
        release_name(failed.record.number) + " failed: " + failure + "; " + back + " is put back";
    with_.with.hub.system(text, output::level::error);
    with_.with.events.publish("put_back", "", text, {{"release", back}});
    with_.formation.reconcile();
}

// Counts and rules that the file says anew; all others stay as they were set.
void change::take_counts(std::vector<type_change> const& changes)
{
    for (auto const& c : changes) {
        auto const* const t = with_.formation.find(c.type);
        if (t == nullptr)
            continue;
        bool const added = c.action == type_change::kind::added;
        auto const has = [&](char const* field) {
            return added || std::find(c.fields.begin(), c.fields.end(), field) != c.fields.end();
        };
        auto const& s = t->spec.settings;
        if (!added && has("count") && s.count)
            with_.formation.set_wanted(c.type, *s.count, formation::origin::files);
        if (has("autoscale"))
            with_.autoscaler.restore_rule(c.type, core::autoscale::rule_of(s));
    }
}

void change::succeed(operation& op, std::string message)
{
    op.ok = true;
    end(op, std::move(message));
}

void change::fail(operation& op, std::string message)
{
    op.ok = false;
    end(op, std::move(message));
}

void change::end(operation& op, std::string message)
{
    op.message = std::move(message);
    with_.formation.reconcile();
    with_.kept.keep();
    op.ticket = with_.kept.ticket();
    op.done = true;
    with_.with.hub.system(op.message, op.ok ? output::level::info : output::level::error);
    for (auto const& warning : op.warnings)
        with_.with.hub.system(warning, output::level::warn);
    with_.with.changed.notify();
}

} // namespace procd::release
