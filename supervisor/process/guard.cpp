// How a lost guardian is replaced:
// 1. The reaper tells that the guardian has ended. A guardian that could not be started, or has
//    ended soon after its start, is a failure in a row of failures.
// 2. procd tries again with the delays of a process that is restarted: at once, after a second,
// then
//    twice as long each time, up to a minute. The user is warned once.
// 3. Once a guardian is there again, that is said, and it is told of all sessions.
#include "supervisor/process/guard.hpp"

#include "supervisor/core/restart.hpp"
#include "supervisor/os/proc_fs.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/reaper.hpp"

#include <cerrno>
#include <utility>

namespace procd::process {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds soon_after_start{1};

} // namespace

guard::guard(loop::agenda& looks, reaper& children, output::hub& hub, output::event_log& events)
    : next_look_(looks, [this] { return look(); }), children_(children), hub_(hub), events_(events)
{
}

os::result<void> guard::start(os::guardian_settings settings)
{
    settings_ = std::move(settings);
    auto const made = make();
    if (!made) {
        missed_ = true; // the caller tells the user
        again_after(made.error());
        next_look_.soon();
    }
    return made;
}

os::result<void> guard::make()
{
    auto made = os::guardian::start(settings_);
    if (!made)
        return made.error();
    guardian_ = std::move(*made);
    made_at_ = clock::now();
    next_try_.reset();
    children_.watch(guardian_->pid(), [this](core::exit_status const&) { ended(); });
    for (auto const& [leader, start_time] : sessions_)
        guardian_->add_session(leader, start_time);
    return {};
}

void guard::stop_replacing()
{
    next_try_.reset();
    next_look_.soon(); // drops the deadline
}

void guard::dismiss()
{
    next_try_.reset();
    if (!guardian_)
        return;
    children_.forget(guardian_->pid());
    guardian_->dismiss();
    guardian_.reset();
}

void guard::ended()
{
    events_.publish("guardian", "", "the guardian was killed; another takes its place");
    guardian_.reset();
    if (clock::now() - made_at_ >= soon_after_start)
        failures_ = 0;
    again_after(os::error_of(ECHILD));
    next_look_.soon();
}

std::optional<guard::time_point> guard::look()
{
    if (!next_try_ || *next_try_ > clock::now())
        return next_try_;
    if (auto const made = make(); !made) {
        if (!std::exchange(missed_, true))
            hub_.system("warning: no guardian (" + made.error().message() +
                            "): if procd is killed, its processes live on; procd tries again",
                        output::level::warn);
        return again_after(made.error());
    }
    if (std::exchange(missed_, false))
        hub_.system("the guardian is back");
    return std::nullopt;
}

std::optional<guard::time_point> guard::again_after(os::error_code why)
{
    core::exit_status const failure = core::never_started{"guardian", why.value(), ""};
    next_try_ = clock::now() + core::backoff_delay({}, ++failures_, failure);
    return next_try_;
}

void guard::add_session(int leader)
{
    add_session(leader, leader);
}

void guard::add_session(int session, int member)
{
    auto const stat = os::read_stat(member);
    auto const start_time = stat ? stat->start_time : 0;
    sessions_[session] = start_time;
    if (guardian_)
        guardian_->add_session(session, start_time);
}

void guard::remove_session(int session)
{
    if (sessions_.erase(session) > 0 && guardian_)
        guardian_->remove_session(session);
}

} // namespace procd::process
