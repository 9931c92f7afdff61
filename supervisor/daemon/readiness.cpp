#include "supervisor/daemon/readiness.hpp"

#include "supervisor/daemon/service_manager.hpp"
#include "supervisor/formation/formation.hpp"
#include "supervisor/formation/views.hpp"
#include "supervisor/release/change.hpp"
#include "supervisor/release/releases.hpp"
#include "supervisor/release/start_point.hpp"

#include <algorithm>

namespace procd::daemon {

namespace {

constexpr std::chrono::seconds patience{30};

} // namespace

readiness::readiness(service_manager* manager, formation::formation const& all,
                     release::releases const& history, release::change const& changes)
    : manager_(manager), formation_(all), history_(history), change_(changes)
{
}

void readiness::preparing(release::start_point const& from)
{
    auto const& app = from.now->app;
    if (manager_ != nullptr && from.is_new && app.started_as == app::verb::serve &&
        app.spec.release_phase)
        manager_->preparing("release phase of " + core::release_name(from.now->record.number));
}

std::string readiness::running_text() const
{
    auto text = "running " + core::release_name(history_.current_number());
    if (auto const& problem = change_.files_problem(); !problem.empty())
        text += ", as it was kept: the files cannot be used (" + problem + ')';
    return text + formation::off_text(formation_);
}

// Also of a reload that was over before this look: systemd waits for both messages.
void readiness::tell_reload()
{
    if (change_.count() != reloads_told_) {
        reloads_told_ = change_.count();
        reloading_ = true;
        manager_->reloading();
    }
    if (!reloading_ || change_.under_way())
        return;
    reloading_ = false;
    if (ready_)
        manager_->ready(running_text());
}

std::optional<core::time_point> readiness::advance(core::time_point now)
{
    if (manager_ == nullptr || !manager_->listens())
        return std::nullopt;
    auto const deadline = manager_->watchdog(now);
    if (formation_.stopping())
        return deadline;
    tell_reload();
    if (change_.under_way())
        return deadline;
    auto const missing = formation_.not_ready();
    auto const status = missing.empty() ? running_text()
                                        : "not ready: " + missing + formation::off_text(formation_);
    if (ready_) {
        manager_->status(status);
        return deadline;
    }
    if (missing.empty() || now >= started_ + patience) {
        ready_ = true;
        manager_->ready(status);
        return deadline;
    }
    return deadline ? std::min(*deadline, started_ + patience) : started_ + patience;
}

} // namespace procd::daemon
