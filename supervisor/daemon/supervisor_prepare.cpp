// Before anything of a release starts: the first one is recorded, and the release phase is run.
#include "supervisor/daemon/supervisor.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/errand.hpp"

#include <utility>

namespace procd::daemon {

namespace asio = boost::asio;
using core::release_name;

// Before the first process: what is new is recorded, and its release phase run. False: there is
// nothing to run.
asio::awaitable<bool> supervisor::prepare()
{
    auto const from = std::exchange(start_, {});
    for (auto const& note : from.notes)
        with_.hub.system(note);
    record(current_->record);
    bool const phase = from.is_new && current_->app.started_as == app::verb::serve;
    if (phase && !co_await release_phase(current_)) {
        if (stopping_)
            co_return false;
        current_->record.failed = true;
        record(current_->record);
        if (!from.fallback) {
            failed_ = true;
            with_.hub.system("the release phase failed: nothing is started");
            co_return false;
        }
        with_.hub.system("the release phase failed: " + release_name(from.fallback->record.number) +
                         " is started again");
        adopt(from.fallback, from.fallback_release_of);
    }
    if (from.is_new && from.fallback && current_ != from.fallback)
        with_.hub.system(release_name(current_->record.number) + ": " +
                         core::describe(current_->record.changes));
    keep();
    co_return true;
}

// To its end, before anything of the release starts. True also where there is none.
asio::awaitable<bool> supervisor::release_phase(std::shared_ptr<app::content> of)
{
    auto const& spec = of->app.spec.release_phase;
    if (!spec)
        co_return true;
    auto const lines = with_.hub.open("release.1", spec->position);
    with_.hub.widen(std::string_view("release.1").size());
    with_.hub.message(*lines, "release phase of " + release_name(of->record.number));
    if (setting_.manager && !prepared_)
        setting_.manager->preparing("release phase of " + release_name(of->record.number));
    auto const plan = of->plans.plan(*spec, 1, of->record.number);
    auto request = app::request_of(plan, plan.argv);
    request.original_nofile = with_.original_nofile;
    phase_ = std::make_shared<process::errand>(with_, lines);
    auto const end = co_await process::errand::run(phase_, std::move(request), std::nullopt);
    phase_.reset();
    auto const text = core::describe(end.status);
    with_.hub.message(*lines, text);
    with_.events.publish("release_phase", "release", "the release phase " + text);
    co_return core::succeeded(end.status) && !stopping_;
}

} // namespace procd::daemon
