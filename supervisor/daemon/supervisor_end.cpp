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

// What the slots say of themselves: ends that nobody asked for, bugs, and slots that are free.
void supervisor::take_overs()
{
    for (auto& type : types_)
        for (auto const& [n, slot] : type.slots) {
            take_end(*slot);
            take_failure(*slot);
        }
    for (std::size_t i = 0; i < types_.size();) {
        auto& type = types_[i];
        bool any = false;
        for (auto each = type.slots.begin(); each != type.slots.end();) {
            auto const at = each++;
            if (!at->second->over())
                continue;
            any = true;
            --live_;
            unkillable_ = unkillable_ || at->second->gave_up();
            type.slots.erase(at);
        }
        if (any) {
            reconcile(type); // a slot may be wanted again by now
            note_change();
        }
        if (type.dropped && type.slots.empty())
            types_.erase(types_.begin() + static_cast<std::ptrdiff_t>(i));
        else
            ++i;
    }
}

void supervisor::take_failure(process::slot const& of)
{
    if (!of.failure())
        return;
    failed_ = true;
    try {
        std::rethrow_exception(of.failure());
    } catch (std::exception const& e) {
        with_.hub.system("internal error in " + of.id().str() + ": " + e.what());
    }
    begin_shutdown();
}

void supervisor::take_end(process::slot& of)
{
    auto const status = of.take_unasked_end();
    if (!status || stopping_ || !core::ends_app(current_->app.exit_on, *status))
        return;
    ended_by_ = *status;
    with_.hub.system(of.id().str() + " " + core::describe(*status) +
                     ": stopping the app (--exit-on)");
    begin_shutdown();
}

bool supervisor::any_running() const
{
    for (auto const& type : types_)
        for (auto const& [n, slot] : type.slots)
            if (slot->pid() >= 0)
                return true;
    return with_.errands > 0;
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
    if (any_running())
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
