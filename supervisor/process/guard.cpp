#include "supervisor/process/guard.hpp"

#include "supervisor/os/proc_fs.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/reaper.hpp"

#include <utility>

namespace procd::process {

os::result<void> guard::start(os::guardian_settings settings)
{
    settings_ = std::move(settings);
    auto made = os::guardian::start(settings_);
    if (!made)
        return made.error();
    guardian_ = std::move(*made);
    children_.watch(guardian_->pid(), [this](core::exit_status const&) { ended(); });
    for (auto const& [leader, start_time] : sessions_)
        guardian_->add_session(leader, start_time);
    return {};
}

void guard::dismiss()
{
    if (guardian_)
        children_.forget(guardian_->pid());
    guardian_.reset();
}

void guard::ended()
{
    events_.publish("guardian", "", "the guardian was killed; another takes its place");
    guardian_.reset();
    if (auto const again = start(settings_); !again)
        hub_.system("warning: no guardian (" + again.error().message() +
                        "): if procd is killed, its processes live on",
                    output::level::warn);
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
