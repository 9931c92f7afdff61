#include "supervisor/process/slot.hpp"

#include "supervisor/core/duration.hpp"
#include "supervisor/core/release.hpp"
#include "supervisor/os/child.hpp"
#include "supervisor/os/pty.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/source.hpp"
#include "supervisor/process/services.hpp"

#include <utility>

namespace procd::process {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

slot::slot(services& with, core::process_id id, int color, app::process_plan plan)
    : with_(with), id_(std::move(id)), plan_(std::move(plan)), life_(plan_.life),
      next_look_(with.looks, [this] { return look(); }), source_(with.hub.open(id_.str(), color)),
      alive_(std::make_shared<int>(0))
{
}

slot::~slot() = default;

std::string const& slot::name() const
{
    return source_->name;
}

// Until there is nothing to do but wait: for the time that is returned, or for another fact.
std::optional<core::time_point> slot::look()
{
    try {
        while (!over_) {
            core::action const next = life_.step(observe());
            publish();
            if (auto const* sleep = std::get_if<core::wait_until>(&next))
                return sleep->deadline;
            if (std::holds_alternative<core::finished>(next))
                over(nullptr);
            else
                perform(next);
        }
    } catch (...) {
        over(std::current_exception());
    }
    return std::nullopt;
}

void slot::over(std::exception_ptr failure)
{
    over_ = true;
    if (leaf_ && !failure)
        leaf_.remove();
    with_.slot_over(*this, std::move(failure));
}

void slot::perform(core::action const& next)
{
    if (std::holds_alternative<core::spawn>(next))
        spawn();
    else if (auto const* stop = std::get_if<core::signal_group>(&next))
        signal_group(stop->number);
    else if (auto const* rest = std::get_if<core::signal_survivors>(&next))
        signal_survivors(rest->number);
    else if (std::holds_alternative<core::kill_tree>(next))
        kill_tree();
    else if (std::holds_alternative<core::abandon>(next))
        abandon();
    else if (std::holds_alternative<core::close_output>(next) && reader_)
        with_.hub.close(*std::exchange(reader_, nullptr));
}

core::observation slot::observe() const
{
    core::observation seen;
    seen.now = clock::now();
    seen.wanted = wanted_;
    seen.generation = generation_;
    seen.may_start = may_start_;
    seen.launch = launch_;
    seen.ready = !prober_ || prober_->health().ready();
    seen.unhealthy = prober_ && prober_->health().fatal();
    seen.exit = exit_;
    seen.exit_at = exit_at_;
    seen.tree_alive = !survivors_.empty();
    seen.output_open = reader_ != nullptr;
    seen.stop_by = stop_by_;
    return seen;
}

// One place announces every change of state, before anything is done about it.
void slot::publish()
{
    auto const& status = life_.status();
    shown_pid_ = pid_;
    // Behind its last lines, and with what comes next; but what it left behind may live on for
    // long.
    if (exit_unsaid_ && (status.state != core::process_state::stopping || !survivors_.empty()))
        say_exit();
    publish_ready();
    if (status == published_)
        return;
    auto const before = std::exchange(published_, status);
    if (status.state != before.state && status.state != core::process_state::waiting &&
        status.state != core::process_state::up) // which is told as "ready"
        with_.events.publish(std::string(core::to_string(status.state)), name(),
                             name() + " is " + std::string(core::to_string(status.state)));
    if (status.state == core::process_state::crashed)
        with_.hub.message(*source_, "gave up after " + std::to_string(plan_.life.max_restarts) +
                                        " restarts in a row; procctl ps:start " + name() +
                                        " tries again");
    with_.changed();
}

void slot::publish_ready()
{
    bool const is = state() == core::process_state::up && (!prober_ || prober_->health().ready());
    if (is == ready_since_.has_value())
        return;
    ready_since_ = is ? std::optional(clock::now()) : std::nullopt;
    if (is)
        with_.events.publish("ready", name(), name() + " is ready");
    else if (state() == core::process_state::up)
        with_.events.publish("unready", name(), name() + " is not ready any more");
    with_.changed();
}

void slot::want(core::target wanted)
{
    if (wanted == wanted_)
        return;
    wanted_ = wanted;
    next_look_.soon();
}

void slot::replace()
{
    ++generation_;
    next_look_.soon();
}

void slot::plan(app::process_plan next)
{
    next_plan_ = std::make_unique<app::process_plan>(std::move(next));
    if (pid_ < 0 && !reader_)
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
    if (stop_by_ && *stop_by_ <= deadline)
        return;
    stop_by_ = deadline;
    next_look_.soon();
}

void slot::allow_start(bool allowed)
{
    if (std::exchange(may_start_, allowed) != allowed)
        next_look_.soon();
}

bool slot::at_rest() const
{
    return state() == core::process_state::completed || state() == core::process_state::crashed;
}

void slot::resize(os::window_size size)
{
    if (reader_ && master_ >= 0)
        os::resize_pty(master_, size);
}

os::error_code slot::signal(int number)
{
    if (pid_ < 0 || exit_)
        return os::error_of(ESRCH);
    return os::send_signal(-pid_, number);
}

core::api::process_view slot::view() const
{
    core::api::process_view v;
    v.name = name();
    v.type = id_.type;
    v.instance = id_.instance;
    v.state = core::to_string(state());
    v.ready = ready();
    v.release = core::release_name(plan_.release);
    v.incarnation = incarnation_;
    v.restarts = life_.status().restarts;
    v.port = plan_.port;
    if (shown_pid_ < 0)
        return v;
    v.pid = shown_pid_;
    v.started_at = started_wall_;
    return v;
}

core::api::process_detail slot::detail() const
{
    core::api::process_detail d;
    d.process = view();
    measure(d.process);
    d.command = plan_.command;
    d.args = plan_.argv;
    d.cwd = plan_.cwd;
    if (plan_.user)
        d.user = plan_.user->name;
    if (leaf_)
        d.cgroup = leaf_.path();
    d.listening = listening();
    if (auto const at = life_.status().next_attempt)
        d.next_attempt =
            std::chrono::system_clock::now() +
            std::chrono::duration_cast<std::chrono::system_clock::duration>(*at - clock::now());
    d.last = last_exit_view_;
    d.stop_timeout_ms = static_cast<std::uint64_t>(plan_.life.stop_timeout.count());
    d.stop_signal = procfile::signal_name(plan_.life.stop_signal);
    d.restart = procfile::to_string(plan_.life.restart);
    d.max_restarts = plan_.life.max_restarts;
    if (auto why = not_ready_because(); !ready() && !why.empty())
        d.not_ready = std::move(why);
    return d;
}

} // namespace procd::process
