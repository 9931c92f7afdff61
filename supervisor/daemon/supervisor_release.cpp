// Releases: taking one up, rolling it out type by type, and putting the one before back.
#include "supervisor/daemon/supervisor.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <utility>

namespace procd::daemon {

namespace asio = boost::asio;
using core::release_name;
using core::api::outcome;
using core::api::problem;
using procfile::type_change;

namespace {

// Types whose processes a release replaces or adds, in the order of the files.
std::vector<std::string> touched(procfile::app_spec const& spec,
                                 std::vector<type_change> const& changes)
{
    std::vector<std::string> names;
    for (auto const& type : spec.types)
        for (auto const& c : changes)
            if (c.type == type.name &&
                (c.what == type_change::kind::added || core::needs_restart(c)))
                names.push_back(type.name);
    return names;
}

} // namespace

// Takes up a release's types. What runs goes on as it is until a rollout replaces it.
void supervisor::adopt(std::shared_ptr<app::content> next,
                       std::map<std::string, int> const& release_of)
{
    current_ = next;
    std::vector<type_state> types;
    for (auto const& spec : next->app.spec.types) {
        auto const known = std::find_if(types_.begin(), types_.end(),
                                        [&](auto const& t) { return t.spec.name == spec.name; });
        type_state t;
        if (known != types_.end()) {
            t = std::move(*known);
            types_.erase(known);
        }
        if (t.spec.name.empty() || t.dropped) { // new, or back again
            auto const count = next->app.counts.find(spec.name);
            auto const& defaults = app::defaults_of(next->app.started_as);
            t.wanted = count != next->app.counts.end() ? count->second
                       : spec.settings.count           ? *spec.settings.count
                       : spec.name == "web"            ? defaults.web_count
                                                       : defaults.other_count;
        }
        t.dropped = false;
        t.spec = spec;
        t.from = next;
        auto const number = release_of.find(spec.name);
        t.release = number == release_of.end() ? next->record.number : number->second;
        for (auto const& [n, slot] : t.slots)
            slot->plan(next->plans.plan(spec, n, t.release));
        types.push_back(std::move(t));
    }
    for (auto& t : types_) {
        t.dropped = true;
        t.wanted = 0;
        if (t.roll && !t.roll->done)
            finish(*t.roll, false, t.spec.name + " is no longer in the files");
        types.push_back(std::move(t));
    }
    types_ = std::move(types);
    std::erase_if(types_, [](auto const& t) { return t.dropped && t.slots.empty(); });
    watch_files();
}

// Counts and rules that the file says anew; all others stay as they were set.
void supervisor::take_counts(std::vector<type_change> const& changes)
{
    for (auto const& c : changes) {
        auto* t = type(c.type);
        if (!t)
            continue;
        bool const added = c.what == type_change::kind::added;
        auto const has = [&](char const* field) {
            return added || std::find(c.fields.begin(), c.fields.end(), field) != c.fields.end();
        };
        auto const& s = t->spec.settings;
        if (!added && has("count") && s.count)
            t->wanted = *s.count;
        if (has("autoscale")) {
            t->rule.reset();
            if (s.autoscale)
                t->rule = core::autoscale::rule{s.autoscale->min, s.autoscale->max,
                                                s.autoscale->cpu_percent};
        }
    }
}

// The newest ten are kept, and what runs.
void supervisor::record(core::release const& r)
{
    history_.insert_or_assign(r.number, r);
    if (setting_.store)
        setting_.store->save(r);
    while (history_.size() > release::state_store::releases_kept) {
        auto const oldest = std::find_if(history_.begin(), history_.end(), [&](auto const& each) {
            return each.first != current_->record.number && each.first != read_;
        });
        if (setting_.store)
            setting_.store->forget_release(oldest->first);
        history_.erase(oldest);
    }
}

// The files as they are now, as the release after the newest. No port is given away.
outcome<supervisor::read_result> supervisor::read_again() const
{
    auto seen = setting_.read_files();
    if (!seen)
        return problem{422, "The files cannot be used", seen.error().message};
    for (auto const& finding : seen->diagnostics)
        if (finding.level == procfile::severity::error)
            return problem{422, "The files cannot be used",
                           finding.file +
                               (finding.line > 0 ? ':' + std::to_string(finding.line) + ':' +
                                                       std::to_string(finding.column)
                                                 : "") +
                               ": " + finding.message};
    read_result made;
    made.next.number = newest_ + 1;
    made.next.created = std::chrono::system_clock::now();
    made.next.reason = "reload";
    made.next.root = seen->app.root;
    made.next.files = std::move(seen->files);
    made.next.set = core::surviving(current_->record.set, current_->file_spec(), seen->app.spec);
    made.sources = std::move(seen->sources);
    made.base = std::move(seen->app);
    made.base.socket = current_->app.socket;
    made.base.terminals = current_->app.terminals;
    return made;
}

outcome<core::api::release_plan> supervisor::plan_reload() const
{
    auto const made = read_again();
    if (!made)
        return made.error();
    auto const spec = core::content(made->next.files, made->next.set).spec;
    auto const changes =
        core::difference(current_->app.spec, current_->record.root, spec, made->next.root);
    core::api::release_plan plan;
    if (std::any_of(changes.begin(), changes.end(), core::makes_release))
        plan.release = release_name(made->next.number);
    plan.changes = views_of(changes);
    return plan;
}

outcome<control::control_api::goal> supervisor::reload()
{
    auto made = read_again();
    if (!made)
        return made.error();
    if (setting_.watched_files)
        setting_.watched_files = made->sources; // watched with what this reload takes up
    return change_to(std::move(made->next), made->base, true);
}

void supervisor::reload_because(std::string const& why)
{
    with_.hub.system(why + ": reloading");
    auto const asked = reload();
    if (!asked)
        with_.hub.system("reload: " + asked.error().detail + "; everything stays as it is");
}

outcome<control::control_api::goal> supervisor::rollback(std::string const& name)
{
    auto const now = current_->record.number;
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
        return problem{404, "No such release",
                       "no release '" + name + "' (procctl releases lists them)"};
    if (target->first == now)
        return problem{409, "Nothing to do", name + " is what runs"};
    auto next = target->second;
    next.reason = "rollback to " + release_name(next.number);
    next.number = newest_ + 1;
    next.created = std::chrono::system_clock::now();
    next.failed = false;
    next.changes.clear();
    return change_to(std::move(next), current_->app, false);
}

// Whatever makes another release: checked whole, then carried out by a coroutine.
outcome<control::control_api::goal>
supervisor::change_to(core::release next, app::application const& base, bool from_files)
{
    if (auto const no = refusal())
        return *no;
    if (operation_)
        return problem{409, "Under way",
                       "a reload or rollback is under way; wait for it (procctl events -f)"};
    auto made = app::make_content(std::move(next), base, ports_);
    if (!made)
        return problem{422, "The release cannot be run", made.error()};
    auto const op = std::make_shared<operation>();
    op->from_files = from_files;
    op->changes = difference(*current_, **made);
    operation_ = op;
    if (setting_.manager)
        setting_.manager->reloading();
    ++live_;
    asio::co_spawn(
        with_.io, carry_out(op, std::move(*made)), [this, op](std::exception_ptr const& failure) {
            --live_;
            operation_.reset();
            op->done = true;
            if (setting_.manager && told_ready_ && !stopping_)
                setting_.manager->ready("running " + release_name(current_->record.number));
            note_change();
            if (failure)
                std::rethrow_exception(failure);
        });
    return goal{[this, op] { return look(*op); }, {}};
}

asio::awaitable<void> supervisor::carry_out(operation_ptr op, std::shared_ptr<app::content> next)
{
    auto const before = current_;
    std::map<std::string, int> numbers;
    for (auto const& t : types_)
        if (!t.dropped)
            numbers[t.spec.name] = t.release;
    auto const numbers_before = numbers;

    bool const is_release =
        std::any_of(op->changes.begin(), op->changes.end(), core::makes_release);
    if (!is_release) { // the files may still read otherwise, and counts and rules be others
        next->record.number = before->record.number;
        next->record.reason = before->record.reason;
        next->record.created = before->record.created;
        next->record.changes = before->record.changes;
        read_ = op->from_files ? next->record.number : read_;
        adopt(next, numbers);
        take_counts(op->changes);
        record(next->record);
        settle(*op, true,
               op->changes.empty()
                   ? "nothing has changed; " + release_name(before->record.number) + " stays"
                   : core::describe(op->changes) + "; no process has to be replaced for that");
        co_return;
    }

    auto const newest_before = newest_, read_before = read_;
    newest_ = next->record.number;
    read_ = op->from_files ? newest_ : read_;
    next->record.changes = op->changes;
    auto const name = release_name(newest_);
    if (next->app.started_as == app::verb::serve && !co_await release_phase(next)) {
        if (stopping_) { // nothing has failed: the next start looks at the files again
            newest_ = newest_before;
            read_ = read_before;
            settle(*op, false, "procd is stopping the app");
            co_return;
        }
        next->record.failed = true;
        record(next->record);
        settle(*op, false,
               "the release phase of " + name + " failed; " + release_name(before->record.number) +
                   " stays");
        co_return;
    }
    auto const types = touched(next->app.spec, op->changes);
    for (auto const& type : types)
        numbers[type] = newest_;
    auto const set_before = kept_types();
    adopt(next, numbers);
    take_counts(op->changes);
    record(next->record);
    keep();
    with_.hub.system(name + ": " + core::describe(op->changes));
    with_.events.publish("released", "", name + ": " + core::describe(op->changes),
                         {{"release", name}});
    reconcile();

    auto const failure = co_await roll_all(op, types);
    if (failure.empty() || stopping_) {
        settle(*op, failure.empty(), failure.empty() ? name + " is up" : failure);
        co_return;
    }
    next->record.failed = true;
    adopt(before, numbers_before);
    restore(set_before);
    record(next->record);
    record(before->record); // the list may have grown past it
    keep();
    auto const back = release_name(before->record.number);
    with_.hub.system(name + " failed: " + failure + "; " + back + " is put back");
    with_.events.publish("put_back", "",
                         name + " failed: " + failure + "; " + back + " is put back",
                         {{"release", back}});
    reconcile();
    auto const lines = op->lines;
    auto const again = co_await roll_all(op, types);
    op->lines = lines;
    settle(*op, false,
           failure + "; " + back + (again.empty() ? " is back" : " is put back, but " + again));
}

// One type after the other. What went wrong, or nothing.
asio::awaitable<std::string> supervisor::roll_all(operation_ptr op, std::vector<std::string> names)
{
    for (auto const& name : names) {
        auto* const t = type(name);
        if (!t)
            continue;
        auto const run = begin_rollout(*t, std::nullopt, true);
        op->run = run;
        while (!run->done && !stopping_)
            co_await with_.changed.wait();
        op->run.reset();
        if (stopping_)
            co_return "procd is stopping the app";
        if (!run->ok) {
            op->lines = run->lines;
            co_return run->message;
        }
    }
    co_return "";
}

void supervisor::settle(operation& op, bool ok, std::string message)
{
    op.ok = ok;
    op.message = std::move(message);
    reconcile();
    keep();
    op.ticket = setting_.store ? setting_.store->asked() : 0;
    op.done = true;
    with_.hub.system(op.message);
    note_change();
}

} // namespace procd::daemon
