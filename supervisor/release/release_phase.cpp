#include "supervisor/release/release_phase.hpp"

#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

#include <exception>
#include <utility>

namespace procd::release {

namespace {

// It runs once: nobody asks whether it is ready, and an end leads to no restart.
app::process_plan plan_of(app::content& of, procfile::type_spec const& spec)
{
    auto plan = of.plans.plan(spec, 1, of.record.number);
    plan.life.restart = procfile::restart_policy::never;
    plan.life.exit_on = core::exit_on::never;
    plan.probes = {};
    return plan;
}

} // namespace

release_phase::release_phase(process::services& with) : with_(with) {}

release_phase::~release_phase() = default;

boost::asio::awaitable<bool> release_phase::run(std::shared_ptr<app::content> of)
{
    auto const& spec = of->app.spec.release_phase;
    if (!spec)
        co_return true;
    if (stopped_)
        co_return false;
    core::process_id const id{"release", 1};
    auto const lines = with_.hub.open(id.str(), spec->position);
    with_.hub.widen(id.str().size());
    name_ = "release phase of " + core::release_name(of->record.number);
    with_.hub.message(*lines, name_);
    running_ = std::make_unique<process::slot>(with_, id, spec->position, plan_of(*of, *spec));
    running_->start();
    with_.changed.notify();
    while (!running_->over()) {
        if (running_->at_rest())
            running_->want(core::target::down); // the next look finds it over
        co_await with_.changed.wait();
    }
    auto const ended = std::exchange(running_, nullptr);
    gave_up_ = gave_up_ || ended->gave_up();
    with_.changed.notify();
    if (ended->failure())
        std::rethrow_exception(ended->failure());
    auto const& status = ended->last_exit();
    with_.events.publish("release_phase", "release",
                         "the release phase " +
                             (status ? core::describe(*status) : std::string("was not started")));
    co_return status&& core::succeeded(*status) && !stopped_;
}

std::chrono::milliseconds release_phase::stop_timeout() const
{
    return running_ ? running_->stop_timeout() : std::chrono::milliseconds(0);
}

void release_phase::stop(core::time_point limit)
{
    stopped_ = true;
    if (!running_)
        return;
    running_->stop_by(limit);
    running_->want(core::target::down);
}

void release_phase::hurry()
{
    if (running_)
        running_->stop_by(std::chrono::steady_clock::now());
}

} // namespace procd::release
