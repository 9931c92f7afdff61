#include "supervisor/formation/rollout.hpp"

#include "procfile/front_ports.hpp"
#include "supervisor/core/duration.hpp"
#include "supervisor/formation/decision_log.hpp"
#include "supervisor/formation/formation.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

#include <algorithm>
#include <utility>

namespace procd::formation {

using clock = std::chrono::steady_clock;
using core::process_state;
namespace rule = core::rollout;

namespace {

constexpr std::size_t lines_of_a_failure = 10;

// Without a probe nothing but time tells that a process works.
std::chrono::milliseconds min_ready(procfile::type_settings const& s)
{
    using namespace std::chrono_literals;
    return s.rollout.min_ready.value_or(procfile::readiness_of(s) ? 0ms : 2000ms);
}

// How long nothing may become available: as the type says, and what a start and its trial may take.
rule::pace pace_of(procfile::type_settings const& s)
{
    core::probe_plan const probes{s.startup, procfile::readiness_of(s), s.liveness};
    auto const trial = min_ready(s);
    return {trial, s.rollout.progress_deadline + core::startup_allowance(probes) + trial};
}

rule::bounds bounds_of(type const& of)
{
    auto const& s = of.spec.settings;
    bool const surges = app::defaults_of(of.from->app.started_as).fronted_types_surge;
    auto const served = surges ? rule::clients::served : rule::clients::held;
    return rule::bounds_of(s.rollout, s.front.listen.empty() ? rule::clients::none : served);
}

// The reason why a process is not ready: it waits for others, or what is known otherwise.
std::string reason_of_delay(formation const& all, process::slot const& slot)
{
    return slot.waits() ? "it waits for " + core::text_of(all.waits_for(slot))
                        : slot.not_ready_because();
}

// "exited with code 1 before it was ready", or why it could not start.
std::string end_of(process::slot const& slot)
{
    bool const ran = !std::holds_alternative<core::never_started>(*slot.last_exit());
    return core::describe(*slot.last_exit()) + (ran ? " before it was ready" : "");
}

// A surge process may have ended because the program runs only once; or for any other reason.
std::string end_beside_old(process::slot const& slot)
{
    if (std::holds_alternative<core::never_started>(*slot.last_exit()))
        return end_of(slot);
    return end_of(slot) + ", beside the processes that it is to replace (if the program runs only "
                          "once: rollout = { surge = 0, unavailable = 1 } in procd.toml)";
}

} // namespace

rollout::rollout(process::services& with, scope what) : with_(with), scope_(std::move(what)) {}

void rollout::begin(type const& of)
{
    type_ = of.spec.name;
    progress_.progressed = clock::now();
    for (auto const& [n, slot] : of.slots) {
        if (slot->wanted() != core::target::up || !concerns(n) || n > of.wanted)
            continue;
        ++progress_.all;
        any_ran_ = any_ran_ || slot->pid() >= 0;
        if (slot->state() == process_state::stopped) // a user held it down until now
            opened(*slot);
    }
}

void rollout::opened(process::slot const& slot)
{
    if (!over())
        fresh_[slot.id().instance] = slot.generation();
}

// Tells whether the slot runs, or is about to run, as the rollout wants it.
bool rollout::is_new(type const& of, process::slot const& slot) const
{
    bool const by_release = scope_.already == scope::fresh::of_the_release &&
                            slot.release() == of.release && slot.pid() >= 0;
    return by_release || fresh_.contains(slot.id().instance);
}

rule::predecessor rollout::before(type const& of, int instance) const
{
    if (instance > of.wanted)
        return any_ran_ ? rule::predecessor::ran : rule::predecessor::ended;
    auto const found = replaced_.find(instance);
    return found != replaced_.end() ? found->second : rule::predecessor::none;
}

std::vector<rule::candidate> rollout::candidates(formation const& all, type const& of) const
{
    std::vector<rule::candidate> there;
    for (auto const& [n, slot] : of.slots) {
        bool const counts =
            n > of.wanted ? fresh_.contains(n) : slot->wanted() == core::target::up && concerns(n);
        if (counts)
            there.push_back(candidate_of(all, of, *slot));
    }
    return there;
}

rule::candidate rollout::candidate_of(formation const& all, type const& of,
                                      process::slot const& slot) const
{
    rule::candidate c;
    c.instance = slot.id().instance;
    c.is_new = is_new(of, slot);
    c.is_surge = c.instance > of.wanted;
    c.leaving = c.is_surge && slot.wanted() != core::target::up;
    c.ended = slot.told_end();
    auto const replaced = fresh_.find(c.instance);
    c.terminating = replaced != fresh_.end() && slot.settled_generation() < replaced->second;
    if (slot.state() == process_state::completed) {
        auto const ended = slot.completed_well() ? rule::manner::well : rule::manner::badly;
        auto const why = c.is_surge ? rule::purpose::new_release : scope_.why;
        c.completed = !c.is_new || rule::may_end(before(of, c.instance), why, ended);
        c.broke_off = !c.completed;
    }
    c.gave_up =
        slot.settled_generation() == slot.generation() && slot.state() == process_state::crashed;
    c.ready_since = slot.ready_since();
    c.started = slot.generation_started();
    c.next_attempt = slot.next_attempt();
    if (!slot.waits())
        return c;
    // A release is put back when its processes cannot start, so it is given the time that a start
    // may take. A command is not.
    auto const hope = core::prospect_of(all.waits_for(slot), all.rolling());
    bool const is_release = scope_.already == scope::fresh::of_the_release;
    c.stuck = hope == core::prospect::never || (hope == core::prospect::late && !is_release);
    if (hope == core::prospect::late && is_release) {
        c.terminating = false;
        c.started = slot.waits_since();
    }
    return c;
}

std::optional<rule::time_point> rollout::advance(formation& all, type const& of)
{
    for (;;) {
        auto const before = progress_;
        auto const next = rule::look(progress_, candidates(all, of), bounds_of(of),
                                     pace_of(of.spec.settings), clock::now());
        if (progress_.ready != before.ready || progress_.all != before.all)
            with_.changed.notify();
        if (auto const* wait = std::get_if<rule::look_again>(&next))
            return wait->at;
        if (auto const* more = std::get_if<rule::start>(&next))
            add_surge(of, more->count);
        else if (auto const* fewer = std::get_if<rule::stop>(&next))
            stop(of, fewer->instances);
        else
            conclude(all, of, next);
        all.reconcile();
        if (over())
            return std::nullopt;
    }
}

void rollout::conclude(formation const& all, type const& of, rule::finding const& found)
{
    if (std::holds_alternative<rule::done>(found))
        end(result::ok, of.spec.name + " is restarted");
    else if (auto const* crash = std::get_if<rule::crashed>(&found))
        give_up(of, crash->instance, " has given up");
    else if (auto const* late = std::get_if<rule::too_late>(&found))
        give_up(of, late->instance, " was not ready within " + core::duration_text(late->patience),
                reason_of_delay(all, *of.slots.at(late->instance)));
    else if (auto const* hopeless = std::get_if<rule::hopeless>(&found))
        give_up(of, hopeless->instance,
                " will not be ready within " + core::duration_text(hopeless->patience));
    else if (auto const* over = std::get_if<rule::ended>(&found))
        give_up(of, over->instance, ' ' + end_of(*of.slots.at(over->instance)), "");
    else if (auto const* beside = std::get_if<rule::ended_beside_old>(&found))
        give_up(of, beside->instance, ' ' + end_beside_old(*of.slots.at(beside->instance)), "");
    else if (auto const* stuck = std::get_if<rule::waits_in_vain>(&found))
        give_up(of, stuck->instance,
                " waits for " + core::text_of(all.waits_for(*of.slots.at(stuck->instance))), "");
}

std::string rollout::how_far() const
{
    return "; " + std::to_string(progress_.ready) + " of " + std::to_string(progress_.all) +
           " are new and available";
}

// In the lowest free slots above those that are wanted.
void rollout::add_surge(type const& of, int count)
{
    for (int n = of.wanted + 1; count > 0; ++n) {
        if (of.slots.contains(n) || !surge_.insert(n).second)
            continue;
        --count;
        log_decision(with_, type_,
                     "rollout: " + core::process_id{type_, n}.str() +
                         " is started beside those that are to be replaced" + how_far());
    }
}

void rollout::stop(type const& of, std::vector<int> const& instances)
{
    for (int const n : instances) {
        auto& slot = *of.slots.at(n);
        bool const is_surge = n > of.wanted;
        log_decision(with_, type_,
                     "rollout: " + slot.name() +
                         (is_surge ? " is needed no longer" : " is old and is replaced next") +
                         how_far());
        if (is_surge) {
            surge_.erase(n);
            continue;
        }
        replaced_[n] = slot.pid() >= 0 ? rule::predecessor::ran : rule::predecessor::ended;
        slot.replace();
        fresh_[n] = slot.generation();
    }
}

void rollout::give_up(type const& of, int instance, std::string const& why)
{
    give_up(of, instance, why, of.slots.at(instance)->not_ready_because());
}

// Names what did not become ready, with its last words.
void rollout::give_up(type const& of, int instance, std::string const& why,
                      std::string const& found)
{
    auto const& slot = *of.slots.at(instance);
    auto text = slot.id().str() + why;
    if (!found.empty())
        text += ": " + found;
    lines_ = slot.last_lines(lines_of_a_failure);
    if (lines_.empty() && (slot.pid() < 0 || surge_.contains(instance)))
        lines_ = slot.lines_of_last_exit();
    with_.events.publish("rollout_failed", type_, text);
    if (!attended_)
        with_.hub.system("restart failed: " + text);
    end(result::failed, text);
}

void rollout::end(result r, std::string message)
{
    if (over())
        return;
    over_ = r;
    message_ = std::move(message);
    log_decision(with_, type_,
                 (r == result::ok ? "rollout done: " : "rollout failed: ") + message_);
    with_.changed.notify();
}

std::optional<rule::time_point> advance_rollouts(formation& all)
{
    std::optional<rule::time_point> deadline;
    for (auto const& t : all.types()) {
        if (!t.roll || t.roll->over())
            continue;
        if (all.stopping())
            t.roll->end(rollout::result::failed, "procd is stopping the app");
        else if (auto const at = t.roll->advance(all, t))
            deadline = deadline ? std::min(*deadline, *at) : *at;
    }
    return deadline;
}

} // namespace procd::formation
