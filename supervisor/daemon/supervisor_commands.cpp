// The commands of the control socket: validated whole, then made, then waited for by a goal that
// looks at the facts again after each change.
#include "supervisor/daemon/supervisor.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/exec_session.hpp"

#include <algorithm>
#include <utility>

namespace procd::daemon {

namespace {

using core::process_state;
using core::api::outcome;
using core::api::problem;
using core::api::progress;

problem under_way()
{
    return {409, "Under way", "a reload or rollback is under way; wait for it (procctl events -f)"};
}

// A slot that will not become ready by itself any more, or not soon.
bool failing(process::slot const& p)
{
    return p.state() == process_state::backoff || p.state() == process_state::crashed;
}

bool settled(process::slot const& p)
{
    return p.ready() || p.state() == process_state::completed ||
           p.state() == process_state::stopped;
}

std::string count_text(std::size_t done, std::size_t all, char const* word)
{
    return std::to_string(done) + " of " + std::to_string(all) + ' ' + word;
}

// "web.2 exited with code 1" for the first of the failing.
std::string failure_text(process::slot const& p)
{
    auto text = p.id().str() + " is in " + std::string(core::to_string(p.state()));
    if (p.last_exit())
        text += ": " + core::describe(*p.last_exit());
    return text;
}

} // namespace

std::optional<problem> supervisor::refusal() const
{
    if (stopping_)
        return problem{409, "Stopping", "procd is stopping the app"};
    if (!prepared_)
        return problem{409, "Not started",
                       "the release phase runs; nothing is started before it has ended"};
    return std::nullopt;
}

outcome<control::control_api::goal> supervisor::scale(std::vector<procfile::change> const& changes)
{
    if (auto const no = refusal())
        return *no;
    auto const before = formation();
    auto const counts = procfile::apply(changes, before);
    if (!counts)
        return problem{counts.error().unknown_type ? 404 : 422,
                       counts.error().unknown_type ? "No such process type" : "Bad formation",
                       counts.error().message};
    std::vector<std::string> names, warnings;
    for (auto& type : types_) {
        if (type.dropped)
            continue;
        int const wanted = counts->at(type.spec.name);
        bool const named = std::any_of(changes.begin(), changes.end(), [&](auto const& c) {
            return c.type == type.spec.name || c.type == "all";
        });
        if (named)
            names.push_back(type.spec.name);
        if (named && type.rule && wanted > 0)
            warnings.push_back(
                type.spec.name + " is autoscaled between " + std::to_string(type.rule->min) +
                " and " + std::to_string(type.rule->max) + ", which may change its count again");
        if (wanted == type.wanted)
            continue;
        with_.events.publish("scaled", type.spec.name,
                             type.spec.name + " scaled from " + std::to_string(type.wanted) +
                                 " to " + std::to_string(wanted),
                             {{"from", type.wanted}, {"to", wanted}});
        type.wanted = wanted;
    }
    reconcile();
    keep();
    note_change();
    return durably(goal{[this, names, warnings] {
                            auto p = scaled(names);
                            p.warnings = warnings;
                            return p;
                        },
                        {}});
}

// Every type named has as many slots as wanted, and each of them runs (or has ended as it should).
progress supervisor::scaled(std::vector<std::string> const& names) const
{
    progress p;
    p.done = p.ok = true;
    for (auto const& name : names) {
        auto const* t = type(name);
        if (!t)
            continue; // a reload has taken it away meanwhile
        std::size_t up = 0;
        for (auto const& [n, slot] : t->slots) {
            p.processes.push_back(slot->view());
            up += n <= t->wanted && settled(*slot);
            if (n <= t->wanted && failing(*slot)) {
                p.ok = false;
                p.message = failure_text(*slot);
            } else if (n > t->wanted || !settled(*slot)) {
                p.done = false;
            }
        }
        auto const wanted = static_cast<std::size_t>(t->wanted);
        p.done = p.done && t->slots.size() == wanted;
        if (p.ok)
            p.message +=
                (p.message.empty() ? "" : ", ") + name + ": " + count_text(up, wanted, "up");
    }
    p.done = p.done || !p.ok || stopping_;
    p.ok = p.ok && !stopping_;
    return p;
}

// Each gets a new incarnation; waits until the old ones are gone.
control::control_api::goal supervisor::replaced(std::vector<process::slot*> const& what)
{
    std::map<core::process_id, std::uint64_t> wanted;
    for (auto* p : what) {
        p->replace();
        wanted[p->id()] = p->generation();
    }
    note_change();
    return goal{[this, wanted] {
        progress result;
        result.ok = true;
        std::size_t done = 0;
        for (auto const& [id, generation] : wanted) {
            auto const* p = slot(id);
            if (!p) { // scaled away meanwhile
                ++done;
                continue;
            }
            result.processes.push_back(p->view());
            bool const is_new = p->settled_generation() >= generation;
            done += is_new;
            if (is_new && failing(*p)) {
                result.ok = false;
                result.message = failure_text(*p);
            }
        }
        if (result.ok)
            result.message = count_text(done, wanted.size(), "replaced");
        result.done = done == wanted.size() || !result.ok || stopping_;
        result.ok = result.ok && done == wanted.size();
        return result;
    }};
}

// A rolling restart: of each type one process after the other, types beside each other.
outcome<control::control_api::goal> supervisor::restart(std::vector<control::selector> const& what)
{
    if (auto const no = refusal())
        return *no;
    if (operation_)
        return under_way();
    std::map<std::string, std::set<int>> chosen;
    for (auto const* p : select(what))
        chosen[p->id().type].insert(p->id().instance);
    std::vector<run_ptr> runs;
    for (auto& t : types_) {
        auto const found = chosen.find(t.spec.name);
        if (found == chosen.end())
            continue;
        bool const whole = found->second.size() == t.slots.size();
        with_.events.publish("restarted", t.spec.name, t.spec.name + " is being restarted");
        runs.push_back(
            begin_rollout(t, whole ? std::nullopt : std::optional(found->second), false));
    }
    note_change();
    return goal{[this, runs] { return restarted(runs); }};
}

progress supervisor::restarted(std::vector<run_ptr> const& runs) const
{
    progress result;
    result.done = result.ok = true;
    for (auto const& run : runs) {
        result.done = result.done && run->done;
        if (auto const* t = type(run->type))
            for (auto const& [n, slot] : t->slots)
                if (!run->only || run->only->contains(n))
                    result.processes.push_back(slot->view());
        if (run->done && !run->ok) {
            result.ok = false;
            result.message = run->message;
            result.lines = run->lines;
        } else if (result.ok) {
            result.message += (result.message.empty() ? "" : ", ") + run->type + ": " +
                              count_text(static_cast<std::size_t>(run->ready),
                                         static_cast<std::size_t>(run->all), "restarted");
        }
    }
    result.done = result.done || !result.ok || stopping_;
    result.ok = result.ok && !stopping_;
    return result;
}

outcome<control::control_api::goal> supervisor::remove(std::vector<control::selector> const& what)
{
    if (auto const no = refusal())
        return *no;
    auto const chosen = select(what);
    for (auto const* p : chosen)
        with_.events.publish("deleted", p->id().str(), p->id().str() + " is being replaced");
    return replaced(chosen);
}

outcome<control::control_api::goal> supervisor::stop(std::vector<control::selector> const& what)
{
    if (auto const no = refusal())
        return *no;
    for (auto* p : select(what))
        for (auto& t : types_)
            if (t.spec.name == p->id().type)
                t.held.insert(p->id().instance);
    reconcile();
    keep();
    note_change();
    return durably(goal{[this, what] {
        progress result;
        std::size_t held = 0;
        auto const chosen = select(what);
        for (auto const* p : chosen) {
            result.processes.push_back(p->view());
            held += p->state() == process_state::stopped;
        }
        result.ok = held == chosen.size();
        result.done = result.ok || stopping_;
        result.message = count_text(held, chosen.size(), "stopped");
        return result;
    }});
}

outcome<control::control_api::goal> supervisor::start(std::vector<control::selector> const& what)
{
    if (auto const no = refusal())
        return *no;
    for (auto* p : select(what)) {
        for (auto& t : types_)
            if (t.spec.name == p->id().type)
                t.held.erase(p->id().instance);
        if (p->at_rest() || p->state() == process_state::backoff)
            p->replace();
    }
    reconcile();
    keep();
    note_change();
    return durably(goal{[this, what] { return started(what, true); }});
}

outcome<control::control_api::goal> supervisor::wait_ready(control::selector const& what)
{
    return goal{[this, what] { return started({what}, false); }};
}

// All are ready. One that has given up (or, for a command that started it, is backing off) ends the
// wait.
progress supervisor::started(std::vector<control::selector> const& what, bool impatient) const
{
    progress result;
    result.ok = true;
    std::size_t ready = 0;
    auto const chosen = select(what);
    for (auto const* p : chosen) {
        result.processes.push_back(p->view());
        ready += p->ready();
        bool const old = p->generation() != p->settled_generation(); // its replacement is to come
        if (!old && (p->at_rest() || (impatient && failing(*p)))) {
            result.ok = false;
            result.message = failure_text(*p);
        }
    }
    std::size_t const wanted = wanted_of(what);
    if (result.ok)
        result.message = count_text(ready, wanted, "ready");
    result.done = !result.ok || ready >= wanted || stopping_;
    result.ok = result.ok && ready >= wanted;
    return result;
}

outcome<std::shared_ptr<process::exec_session>> supervisor::exec(core::process_id const& id,
                                                                 process::exec_request what)
{
    if (auto const no = refusal())
        return *no;
    auto* p = slot(id);
    if (!p)
        return unknown(id.str());
    auto const command = what.argv.front();
    auto session = p->exec(std::move(what));
    if (!session)
        return problem{409, "Not running",
                       id.str() + " is not running (" + std::string(core::to_string(p->state())) +
                           "), so no command can run beside it"};
    with_.events.publish("exec", id.str(), "a command is run beside " + id.str() + ": " + command);
    return std::move(*session);
}

outcome<void> supervisor::signal(core::process_id const& id, int number)
{
    auto* p = slot(id);
    if (!p)
        return unknown(id.str());
    auto const name = procfile::signal_name(number);
    if (auto const error = p->signal(number))
        return problem{409, "Not running",
                       id.str() + " is not running (" + std::string(core::to_string(p->state())) +
                           "), so it cannot get " + name};
    with_.events.publish("signaled", id.str(), name + " sent to " + id.str(), {{"signal", name}});
    return {};
}

} // namespace procd::daemon
