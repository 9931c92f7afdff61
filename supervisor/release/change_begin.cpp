// How a change of the release begins: what each command makes of the files and the releases there
// are. change.cpp carries it out.
#include "procfile/reading_loss.hpp"
#include "supervisor/formation/formation.hpp"
#include "supervisor/formation/goals.hpp"
#include "supervisor/formation/rollout.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/release/change.hpp"
#include "supervisor/release/keeper.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace procd::release {

using core::release_name;
using core::api::outcome;
using core::api::problem;

namespace {

core::start_settings start_settings_of(app::application const& app)
{
    return {app.name, app.spec.settings.logs.directory, app.base_port, app.spec.port_order()};
}

} // namespace

change::change(parts with, reader read_files, std::optional<std::vector<std::string>> watched,
               std::string files_problem)
    : with_(std::move(with)), started_with_(start_settings_of(with_.history.current()->app)),
      read_files_(std::move(read_files)), watched_(std::move(watched)),
      files_problem_(std::move(files_problem))
{
}

namespace {

// The findings as people read them, with their source lines and carets, line by line.
std::vector<std::string> shown(std::vector<procfile::diagnostic> const& findings,
                               std::map<std::string, std::string> const& texts)
{
    std::vector<std::string> lines;
    for (auto const& finding : findings) {
        if (finding.level == procfile::severity::note)
            continue;
        auto const source = texts.find(finding.file);
        std::istringstream text(
            procfile::render(finding, source == texts.end() ? "" : source->second));
        for (std::string line; std::getline(text, line);)
            lines.push_back(line);
    }
    return lines;
}

} // namespace

// Why the files as they were just read are not taken up, if so.
std::optional<problem> change::refusal(app::loaded const& seen, core::api::losses may) const
{
    if (procfile::has_error(seen.diagnostics))
        return problem{409, "The files cannot be used", "there are errors in the files",
                       shown(seen.diagnostics, seen.texts)};
    if (may == core::api::losses::accepted)
        return std::nullopt;
    auto const lost = procfile::reading_loss(with_.history.last_read().files, seen.files);
    if (lost.empty())
        return std::nullopt;
    return problem{409, "The files would lose something",
                   "lines or files that the last reading had would be lost (procctl reload "
                   "--force takes the files as they are)",
                   shown(lost, seen.texts)};
}

// The files as they are now, as the release after the newest. No port is given away.
outcome<change::reading> change::read_again(core::api::losses may) const
{
    auto seen = read_files_();
    if (!seen)
        return problem{409, "The files cannot be used", seen.error().message};
    if (auto no = refusal(*seen, may))
        return std::move(*no);
    auto const& current = *with_.history.current();
    reading made;
    made.next.number = with_.history.at().newest + 1;
    made.next.created = std::chrono::system_clock::now();
    made.next.reason = "reload";
    made.next.root = seen->app.root;
    made.next.files = std::move(seen->files);
    made.next.set = core::surviving(current.record.set, current.file_spec(), seen->app.spec);
    made.sources = std::move(seen->sources);
    made.warnings =
        core::left_to_next_start(started_with_, start_settings_of(seen->app), *with_.ports);
    made.base = std::move(seen->app);
    made.base.name = current.app.name;
    made.base.base_port = current.app.base_port;
    made.base.socket = current.app.socket;
    made.base.terminals = current.app.terminals;
    return made;
}

outcome<core::api::release_plan> change::plan_reload(core::api::losses may) const
{
    auto const made = read_again(may);
    if (!made)
        return made.error();
    auto const& current = *with_.history.current();
    auto spec = core::content(made->next.files, made->next.set).spec;
    procfile::set_fronts(spec, made->base.listen);
    auto const changes =
        core::difference(current.app.spec, current.record.root, spec, made->next.root);
    core::api::release_plan plan;
    if (std::any_of(changes.begin(), changes.end(), core::makes_release))
        plan.release = release_name(made->next.number);
    plan.changes = views_of(changes);
    plan.warnings = made->warnings;
    return plan;
}

change::begun change::reload(core::api::losses may)
{
    auto made = read_again(may);
    if (!made)
        return made.error();
    if (watched_)
        watched_ = made->sources; // watched with what this reload takes up
    auto reloading = begin(std::move(made->next), made->base, operation::source::files,
                           std::move(made->warnings));
    if (reloading)
        files_problem_.clear();
    return reloading;
}

void change::reload_because(std::string const& why)
{
    with_.with.hub.system(why + ": reloading");
    auto const asked = reload(core::api::losses::refused);
    if (asked)
        return;
    with_.with.hub.system("reload: " + asked.error().detail + "; everything stays as it is",
                          output::level::error);
    for (auto const& line : asked.error().lines)
        with_.with.hub.system(line, output::level::error);
}

change::begun change::rollback(std::string const& name)
{
    auto target = with_.history.to_roll_back_to(name);
    if (!target)
        return target.error();
    auto& next = *target;
    next.reason = "rollback to " + release_name(next.number);
    next.number = with_.history.at().newest + 1;
    next.created = std::chrono::system_clock::now();
    next.failed = false;
    next.changes.clear();
    return begin(std::move(next), with_.history.current()->app, operation::source::command);
}

// The current release with one type's settings replaced.
change::begun change::override_type(std::string const& type, std::string reason,
                                    core::type_override set)
{
    auto next = with_.history.current()->record;
    next.number = with_.history.at().newest + 1;
    next.created = std::chrono::system_clock::now();
    next.reason = std::move(reason);
    next.failed = false;
    next.changes.clear();
    auto& mine = next.set[type];
    if (set.limits)
        mine.limits = set.limits;
    for (auto& [kind, probe] : set.probes)
        mine.probes[kind] = std::move(probe);
    return begin(std::move(next), with_.history.current()->app, operation::source::command);
}

change::begun change::set_limits(std::string const& type, core::limits_override const& limits)
{
    bool const none = !limits.request && !limits.cpu && !limits.memory;
    core::type_override set;
    set.limits = limits;
    return override_type(type, (none ? "limits:unset " : "limits:set ") + type, std::move(set));
}

change::begun change::set_probes(std::string const& type, probes const& set)
{
    bool const none =
        std::none_of(set.begin(), set.end(), [](auto const& each) { return bool(each.second); });
    core::type_override changed;
    changed.probes = set;
    return override_type(type, (none ? "healthchecks:unset " : "healthchecks:set ") + type,
                         std::move(changed));
}

core::api::progress change::look(operation const& op) const
{
    core::api::progress p;
    p.done = op.done;
    p.ok = op.ok;
    p.message = op.message;
    p.lines = op.lines;
    p.changes = views_of(op.changes);
    p.warnings = op.warnings;
    if (!op.done && op.run && op.run->so_far().all > 0) {
        p.message = op.run->type_name() + ": " + std::to_string(op.run->so_far().ready) + " of " +
                    std::to_string(op.run->so_far().all) + " replaced";
        if (auto const waits = formation::waiting_in(with_.formation, *op.run); !waits.empty())
            p.message += "; " + waits;
    }
    for (auto const& c : op.changes)
        if (auto const* const t = with_.formation.find(c.type))
            for (auto const& [n, slot] : t->slots)
                p.processes.push_back(slot->view());
    return op.done ? with_.kept.judged(std::move(p), op.ticket) : p;
}

} // namespace procd::release
