#include "supervisor/release/release_phase.hpp"

#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

namespace procd::release {

boost::asio::awaitable<bool> release_phase::run(std::shared_ptr<app::content> of)
{
    auto const& spec = of->app.spec.release_phase;
    if (!spec)
        co_return true;
    auto const lines = with_.hub.open("release.1", spec->position);
    with_.hub.widen(std::string_view("release.1").size());
    name_ = "release phase of " + core::release_name(of->record.number);
    with_.hub.message(*lines, name_);
    auto const plan = of->plans.plan(*spec, 1, of->record.number);
    auto request = app::request_of(plan, plan.argv);
    request.original_nofile = with_.original_nofile;
    running_ = std::make_shared<process::errand>(with_, lines);
    with_.changed.notify();
    auto const end = co_await process::errand::run(running_, std::move(request), std::nullopt);
    running_.reset();
    auto const text = core::describe(end.status);
    with_.hub.message(*lines, text);
    with_.events.publish("release_phase", "release", "the release phase " + text);
    with_.changed.notify();
    co_return core::succeeded(end.status) && !cancelled_;
}

void release_phase::cancel()
{
    cancelled_ = true;
    if (running_)
        running_->cancel();
}

} // namespace procd::release
