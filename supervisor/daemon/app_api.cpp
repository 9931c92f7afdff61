// The commands on processes. Facts, releases and settings are in app_api_facts.cpp.
#include "supervisor/daemon/app_api.hpp"

#include "supervisor/formation/goals.hpp"
#include "supervisor/formation/rollout.hpp"
#include "supervisor/formation/views.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/process/exec_session.hpp"

#include <algorithm>
#include <utility>

namespace procd::daemon {

using core::selector;
using core::api::outcome;
using core::api::problem;
using core::api::progress;

app_api::app_api(process::services& with, supervisor& boss)
    : with_(with), boss_(boss), formation_(boss.processes())
{
}

boost::asio::awaitable<void> app_api::changed()
{
    return with_.changed.wait();
}

std::optional<problem> app_api::refusal() const
{
    switch (formation_.now()) {
    case formation::phase::stopping:
        return problem{409, "Stopping", "procd is stopping the app"};
    case formation::phase::preparing:
        return problem{409, "Not started",
                       "the release phase runs; nothing is started before it has ended"};
    case formation::phase::running:
        break;
    }
    return std::nullopt;
}

// A surge process ends with its rollout, and nobody else disposes of it.
std::optional<problem> app_api::part_of_rollout(std::vector<selector> const& which) const
{
    for (auto const& each : which)
        if (auto const* const t = formation_.find(each.type);
            t != nullptr && each.instance && *each.instance > t->wanted)
            return problem{409, "Part of a rollout",
                           core::process_id{each.type, *each.instance}.str() +
                               " belongs to a rolling restart of " + each.type +
                               " and ends with it"};
    return std::nullopt;
}

std::optional<problem> app_api::refusal(std::vector<selector> const& which) const
{
    auto const no = refusal();
    return no ? no : part_of_rollout(which);
}

control::control_api::goal app_api::kept(std::function<progress()> look)
{
    boss_.kept().keep();
    if (!boss_.kept().keeps())
        return goal{std::move(look), {}};
    auto const& kept = boss_.kept();
    auto const ticket = kept.ticket();
    return goal{[look = std::move(look), &kept, ticket] { return kept.judged(look(), ticket); },
                [&kept, ticket] { return kept.tried(ticket); }};
}

outcome<control::control_api::goal> app_api::scale(std::vector<procfile::change> const& changes)
{
    if (auto const no = refusal())
        return *no;
    auto const wanted = procfile::apply(changes, formation());
    if (!wanted)
        return problem{wanted.error().unknown_type ? 404 : 422,
                       wanted.error().unknown_type ? "No such process type" : "Bad formation",
                       wanted.error().message};
    std::vector<std::string> names, warnings;
    for (auto const& name : formation_.names()) {
        bool const named = std::any_of(changes.begin(), changes.end(), [&](auto const& c) {
            return c.type == name || c.type == "all";
        });
        if (named)
            names.push_back(name);
        auto const& rule = boss_.autoscaler().of(name).rule;
        if (named && rule && wanted->at(name) > 0)
            warnings.push_back(name + " is autoscaled between " + std::to_string(rule->min) +
                               " and " + std::to_string(rule->max) +
                               ", which may change its count again");
        formation_.set_wanted(name, wanted->at(name), formation::origin::command);
    }
    formation_.reconcile();
    return kept([this, names, warnings] {
        auto p = formation::scaled(formation_, names);
        p.warnings = warnings;
        return p;
    });
}

// A rolling restart of the chosen types, all at the same time. `rollout` says how many processes of
// each.
outcome<control::control_api::goal> app_api::restart(std::vector<selector> const& which)
{
    using formation::rollout;
    if (auto const no = refusal(which))
        return *no;
    if (boss_.changes().under_way())
        return problem{409, "Under way",
                       "a reload or rollback is under way; wait for it (procctl events -f)"};
    std::map<std::string, std::set<int>> chosen;
    bool any_held = false;
    for (auto const* s : formation_.select(which)) {
        chosen[s->id().type].insert(s->id().instance);
        any_held = any_held || s->wanted() == core::target::held;
        formation_.let_run(s->id());
    }
    if (any_held)
        formation_.reconcile();
    std::vector<std::shared_ptr<rollout>> runs;
    for (auto const& t : formation_.types()) {
        auto const found = chosen.find(t.spec.name);
        if (found == chosen.end())
            continue;
        bool const whole = found->second.size() == static_cast<std::size_t>(t.wanted);
        with_.events.publish("restarted", t.spec.name, t.spec.name + " is being restarted");
        rollout::scope scope;
        if (!whole)
            scope.only = found->second;
        auto const made = std::make_shared<rollout>(with_, std::move(scope));
        runs.push_back(formation_.roll(t.spec.name, made));
    }
    auto look = [this, runs] { return formation::restarted(formation_, runs); };
    return warned(any_held ? kept(std::move(look)) : goal{std::move(look), {}},
                  warnings_of_unread_files());
}

outcome<control::control_api::goal> app_api::remove(std::vector<selector> const& which)
{
    if (auto const no = refusal(which))
        return *no;
    std::map<core::process_id, std::uint64_t> generations;
    for (auto* s : formation_.select(which)) {
        generations[s->id()] = s->generation() + 1;
        if (s->wanted() == core::target::held)
            continue; // there is none to be replaced; the goal says so
        with_.events.publish("deleted", s->name(), s->name() + " is being replaced");
        s->replace();
    }
    with_.changed.notify();
    return warned(
        goal{[this, generations] { return formation::replaced(formation_, generations); }},
        warnings_of_unread_files());
}

outcome<control::control_api::goal> app_api::stop(std::vector<selector> const& which)
{
    if (auto const no = refusal(which))
        return *no;
    for (auto const* s : formation_.select(which))
        formation_.hold(s->id());
    formation_.reconcile();
    return kept([this, which] { return formation::stopped(formation_, which); });
}

outcome<control::control_api::goal> app_api::start(std::vector<selector> const& which)
{
    if (auto const no = refusal(which))
        return *no;
    for (auto* s : formation_.select(which)) {
        formation_.let_run(s->id());
        if (s->at_rest() || s->state() == core::process_state::backoff)
            s->replace();
    }
    formation_.reconcile();
    auto look = [this, which] {
        return formation::started(formation_, which, core::goal::patience::short_lived);
    };
    return warned(kept(std::move(look)), warnings_of_unread_files());
}

outcome<control::control_api::goal> app_api::wait_ready(selector const& which)
{
    if (auto const no = part_of_rollout({which}))
        return *no;
    return goal{[this, which] {
        return formation::started(formation_, {which}, core::goal::patience::long_lived);
    }};
}

outcome<std::shared_ptr<process::exec_session>> app_api::exec(core::process_id const& id,
                                                              process::exec_request request)
{
    if (auto const no = refusal())
        return *no;
    auto* const s = formation_.slot(id);
    if (s == nullptr)
        return formation_.unknown(id.str());
    auto const command = request.argv.front();
    auto session = s->exec(std::move(request));
    if (!session)
        return problem{409, "Not running",
                       id.str() + " is not running (" + std::string(core::to_string(s->state())) +
                           "), so no command can run beside it"};
    with_.events.publish("exec", id.str(), "a command is run beside " + id.str() + ": " + command);
    return std::move(*session);
}

outcome<void> app_api::signal(core::process_id const& id, int number)
{
    auto* const s = formation_.slot(id);
    if (s == nullptr)
        return formation_.unknown(id.str());
    auto const name = procfile::signal_name(number);
    if (s->signal(number))
        return problem{409, "Not running",
                       id.str() + " is not running (" + std::string(core::to_string(s->state())) +
                           "), so it cannot get " + name};
    with_.events.publish("signaled", id.str(), name + " sent to " + id.str(), {{"signal", name}});
    return {};
}

} // namespace procd::daemon
