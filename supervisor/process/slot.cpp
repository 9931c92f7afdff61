#include "supervisor/process/slot.hpp"

#include "supervisor/output/event_log.hpp"
#include "supervisor/output/source.hpp"
#include "supervisor/process/decision_log.hpp"
#include "supervisor/process/exec_session.hpp"
#include "supervisor/process/services.hpp"

#include <algorithm>
#include <utility>

namespace procd::process {

using clock = std::chrono::steady_clock;

slot::slot(services& with, core::process_id id, int color, app::process_plan plan)
    : with_(with), id_(std::move(id)), lines_(with.hub.open(id_.str(), color)),
      plan_(std::move(plan)), life_(plan_.life), next_look_(with.looks, [this] { return look(); })
{
}

slot::~slot() = default;

std::string const& slot::name() const
{
    return lines_->name;
}

// Until there is nothing to do but wait: for the time that is returned, or for another fact.
std::optional<core::time_point> slot::look()
{
    try {
        while (!over_) {
            note_end();
            auto const seen = observe();
            auto const before = life_.status();
            core::action const next = life_.step(seen);
            log(next, seen, before);
            publish();
            if (auto const* sleep = std::get_if<core::wait_until>(&next))
                return note_waiting(sleep->deadline);
            if (std::holds_alternative<core::finished>(next))
                end(nullptr);
            else
                perform(next);
        }
    } catch (...) {
        end(std::current_exception());
    }
    return std::nullopt;
}

bool slot::waits() const
{
    return state() == core::process_state::waiting && wishes_.wanted == core::target::up &&
           !wishes_.may_start;
}

// Commands do not wait for ever for a process that waits for others: once it has done so for long,
// they look again.
std::optional<core::time_point> slot::note_waiting(std::optional<core::time_point> deadline)
{
    auto const noted = waiting_.note(waits(), clock::now());
    if (noted.became_long)
        with_.changed.notify();
    if (!noted.look_again)
        return deadline;
    return deadline ? std::min(*deadline, *noted.look_again) : noted.look_again;
}

void slot::end(std::exception_ptr failure)
{
    over_ = true;
    failure_ = std::move(failure);
    if (current_ && !failure_)
        current_->all().remove_leaf();
    with_.changed.notify();
}

core::observation slot::observe() const
{
    core::observation seen;
    seen.now = clock::now();
    seen.wanted = wishes_.wanted;
    seen.generation = wishes_.generation;
    seen.may_start = wishes_.may_start;
    seen.stop_by = wishes_.stop_by;
    seen.in_use = wishes_.use == in_use::yes;
    if (!current_)
        return seen;
    auto const& probes = current_->probes();
    seen.launch = current_->launched();
    seen.ready = !probes || probes->health().ready();
    seen.unhealthy = probes && probes->health().fatal();
    seen.exit = current_->exit();
    seen.exit_at = current_->exit_at();
    seen.tree_alive = current_->all().any();
    seen.output_open = current_->output_open();
    return seen;
}

void slot::note_end()
{
    if (end_noted_ || !current_ || !current_->exit())
        return;
    end_noted_ = true;
    end_.note(*current_);
}

void slot::perform(core::action const& next)
{
    if (std::holds_alternative<core::spawn>(next))
        spawn();
    else if (auto const* stop = std::get_if<core::signal_group>(&next))
        stop_group(stop->number);
    else if (auto const* rest = std::get_if<core::signal_survivors>(&next))
        stop_survivors(rest->number);
    else if (std::holds_alternative<core::kill_tree>(next))
        kill_tree();
    else if (std::holds_alternative<core::abandon>(next))
        abandon();
    else if (std::holds_alternative<core::close_output>(next) && current_)
        current_->close_output();
}

void slot::spawn()
{
    take_plan();
    wishes_.stop_by.reset();
    wishes_.use = in_use::no;
    if (life_generation_ != wishes_.generation || life_.status().restarts == 0)
        generation_started_ = clock::now();
    life_generation_ = wishes_.generation;
    end_noted_ = false;
    unhealthy_because_.clear();
    auto leaf = current_ ? current_->release_leaf(plan_.limits) : os::cgroup_leaf();
    auto const holder = ports::taken_by(with_, plan_.port); // before the command can listen itself
    current_ =
        std::make_unique<incarnation>(with_, owner(holder), incarnations_ + 1, std::move(leaf));
    if (with_.hub.shows_decisions())
        log_decision(with_, name(), "its tree is held by " + current_->all().containment());
    say_limits();
    current_->launch();
    if (pid() < 0)
        return; // the next look finds how the launch failed
    ++incarnations_;
    say_limits();
    say("started with pid " + std::to_string(pid()));
    with_.events.publish("started", name(), name() + " started with pid " + std::to_string(pid()),
                         {{"pid", pid()}, {"incarnation", incarnations_}});
    say_port(holder);
}

incarnation::owner slot::owner(std::optional<os::port_holder> const& holder)
{
    incarnation::owner made{
        plan_,
        lines_,
        [this] { next_look_.soon(); },
        {[this](core::probe_kind kind, std::string const& found) { probe_says(kind, found); },
         [this](std::chrono::milliseconds span) { say_closed_port(span); }},
        [this] { return wishes_.wanted; }};
    if (holder && plan_.readiness_is_implied)
        made.held = ports::held_by(*holder, *plan_.port);
    return made;
}

void slot::stop_group(int number)
{
    end_.ask(wishes_.wanted != core::target::up || wishes_.generation != life_generation_);
    if (current_)
        current_->stop(number);
}

void slot::stop_survivors(int number)
{
    auto const told = current_->all().signal(number);
    if (told == 0)
        return;
    auto const text =
        "left " + std::to_string(told) + (told == 1 ? " process" : " processes") + " behind";
    say(text);
    with_.events.publish("left_behind", name(), name() + ' ' + text, {{"processes", told}});
}

// It is repeated until nothing is left.
void slot::kill_tree()
{
    if (!current_->all().was_killed()) {
        if (!with_.hurried)
            say("did not end in time: SIGKILL to all of it", output::level::warn);
        with_.events.publish("killed", name(), name() + " did not end in time: KILL");
    }
    current_->kill();
}

void slot::want(core::target wanted)
{
    if (wanted == wishes_.wanted)
        return;
    wishes_.wanted = wanted;
    next_look_.soon();
}

void slot::replace()
{
    ++wishes_.generation;
    next_look_.soon();
}

void slot::plan(app::process_plan next)
{
    next_plan_ = std::make_unique<app::process_plan>(std::move(next));
    if (pid() < 0 && !(current_ && current_->output_open()))
        take_plan();
}

void slot::take_plan()
{
    if (!next_plan_)
        return;
    plan_ = std::move(*next_plan_);
    next_plan_.reset();
    life_.configure(plan_.life);
}

void slot::stop_by(core::time_point deadline)
{
    if (wishes_.stop_by && *wishes_.stop_by <= deadline)
        return;
    wishes_.stop_by = deadline;
    next_look_.soon();
}

void slot::use(in_use now)
{
    if (std::exchange(wishes_.use, now) != now)
        next_look_.soon();
}

void slot::allow_start(bool allowed)
{
    if (std::exchange(wishes_.may_start, allowed) != allowed)
        next_look_.soon();
}

std::optional<core::time_point> slot::ready_since() const
{
    return current_ ? current_->ready_since() : std::nullopt;
}

bool slot::at_rest() const
{
    return state() == core::process_state::completed || state() == core::process_state::crashed;
}

bool slot::completed_well() const
{
    return state() == core::process_state::completed && end_.exit() &&
           core::succeeded(*end_.exit()) && life_.found() == core::probed::alive;
}

std::optional<slot::unasked_end> slot::take_unasked_end()
{
    return std::exchange(unasked_end_, std::nullopt);
}

void slot::resize(os::window_size size)
{
    if (current_)
        current_->resize(size);
}

os::error_code slot::signal(int number)
{
    return current_ ? current_->signal(number) : os::error_of(ESRCH);
}

os::result<std::shared_ptr<exec_session>> slot::exec(exec_request what)
{
    if (!current_)
        return os::error_of(ESRCH);
    return current_->exec(std::move(what));
}

} // namespace procd::process
