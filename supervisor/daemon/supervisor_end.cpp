// Ends: of children, of slots, and of the whole app.
#include "supervisor/daemon/supervisor.hpp"
#include "supervisor/os/child.hpp"
#include "supervisor/os/proc_fs.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace procd::daemon {

namespace {

// KILL is repeated for ten seconds, and output is drained.
constexpr std::chrono::seconds beyond_a_stop{15};

} // namespace

void supervisor::take_overs()
{
    for (auto const& [p, failure] : std::exchange(overs_, {}))
        over(p->id(), failure);
}

// Nothing is left of a process: its slot is free. It may be wanted again by now.
void supervisor::over(core::process_id const id, std::exception_ptr const& failure)
{
    --live_;
    if (failure) {
        failed_ = true;
        try {
            std::rethrow_exception(failure);
        } catch (std::exception const& e) {
            with_.hub.system("internal error in " + id.str() + ": " + e.what());
        }
        begin_shutdown();
    }
    auto const of_it = std::find_if(types_.begin(), types_.end(),
                                    [&](auto const& type) { return type.spec.name == id.type; });
    auto const slot = of_it->slots.find(id.instance);
    unkillable_ = unkillable_ || slot->second->gave_up();
    of_it->slots.erase(slot);
    reconcile(*of_it);
    if (of_it->dropped && of_it->slots.empty())
        types_.erase(of_it);
    note_change();
}

void supervisor::ended_by_itself(process::slot& p, core::exit_status const& status)
{
    if (stopping_ || !core::ends_app(current_->app.exit_on, status))
        return;
    ended_by_ = status;
    with_.hub.system(p.id().str() + " " + core::describe(status) +
                     ": stopping the app (--exit-on)");
    begin_shutdown();
}

bool supervisor::all_ended() const
{
    bool any = false;
    for (auto const& type : types_) {
        for (auto const& [n, slot] : type.slots) {
            any = true;
            if (!slot->at_rest())
                return false;
        }
    }
    return any;
}

// Nothing runs, and nothing will by itself. Where a changed file would start it again, that is
// waited for.
bool supervisor::all_over()
{
    bool const ended = all_ended(), waits = watcher_.watching();
    if (!std::exchange(told_ended_, ended) && ended)
        with_.hub.system(waits ? "every process has ended; a change of a watched file starts "
                                 "them again"
                               : "every process has ended");
    return ended && !waits;
}

void supervisor::shutdown()
{
    if (stopping_)
        return;
    if (!children_.empty())
        with_.hub.system("sending SIGTERM to all processes");
    begin_shutdown();
}

void supervisor::begin_shutdown()
{
    if (stopping_)
        return;
    for (auto const& type : types_)
        for (auto const& [n, slot] : type.slots)
            if (slot->at_rest() && slot->last_exit())
                ends_.push_back(*slot->last_exit());
    if (!all_ended())
        ends_.clear();
    stopping_ = true;
    stops_in_order_ = std::any_of(types_.begin(), types_.end(), [](auto const& type) {
        return !type.spec.settings.after.empty();
    });
    watcher_.stop();
    with_.events.publish("shutdown", "", current_->app.name + " is being stopped");
    if (phase_)
        phase_->cancel();
    // One timeout for the whole, however many wait for others.
    std::chrono::milliseconds longest{0};
    for (auto const& type : types_)
        for (auto const& [n, slot] : type.slots)
            longest = std::max(longest, slot->stop_timeout());
    if (setting_.manager)
        setting_.manager->stopping(longest + beyond_a_stop);
    auto const limit = std::chrono::steady_clock::now() + longest;
    for (auto const& type : types_)
        for (auto const& [n, slot] : type.slots)
            slot->stop_by(limit);
    reconcile();
    note_change();
}

void supervisor::hurry()
{
    shutdown();
    with_.hurried = true;
    reconcile();
    with_.hub.system("sending SIGKILL to all processes");
    auto const now = std::chrono::steady_clock::now();
    for (auto const& type : types_)
        for (auto const& [n, slot] : type.slots)
            slot->stop_by(now);
}

void supervisor::reap()
{
    bool strangers = false;
    while (auto const child = os::peek_ended_child()) {
        auto const known = children_.find(child->pid);
        if (known != children_.end()) {
            auto const watch = known->second; // it takes itself off the list
            watch(child->status);
            continue;
        }
        if (next_sample_ && !with_.cgroup) // while it is not reaped, all of it can be read
            credit_orphan(child->pid, os::cpu_microseconds(child->pid));
        os::reap(child->pid);
        strangers = true;
        if (with_.guardian && with_.guardian->pid() == child->pid)
            guardian_ended();
    }
    orphans_.forget();
    if (!strangers)
        return;
    for (auto const& type : types_)
        for (auto const& [n, slot] : type.slots)
            slot->tree_changed();
}

// Without its helper a killed procd would leave its processes behind: fork another.
void supervisor::guardian_ended()
{
    if (stopping_)
        return;
    with_.events.publish("guardian", "", "the guardian was killed; another takes its place");
    auto made = os::guardian::start(with_.guardian_settings);
    if (!made) {
        with_.hub.system("warning: no guardian (" + made.error().message() +
                         "): if procd is killed, its processes live on");
        return;
    }
    with_.guardian = std::move(*made);
    for (auto const& type : types_)
        for (auto const& [n, slot] : type.slots)
            slot->note_session();
}

int supervisor::exit_code() const
{
    core::app_end end;
    end.start_failed = failed_;
    end.unkillable = unkillable_;
    end.ended_by = ended_by_;
    end.all_ended = ends_;
    return core::app_exit_code(end);
}

} // namespace procd::daemon
