#include "supervisor/daemon/supervisor.hpp"

#include "supervisor/daemon/events.hpp"
#include "supervisor/daemon/output_hub.hpp"
#include "supervisor/os/child.hpp"
#include "supervisor/os/proc_fs.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>

namespace procd {

namespace asio = boost::asio;

namespace {

// KILL is repeated for ten seconds, and output is drained.
constexpr std::chrono::seconds beyond_a_stop{15};

} // namespace

supervisor::supervisor(services& with, start_point from, supervisor_setting setting)
    : with_(with), setting_(std::move(setting)), start_(std::move(from)), ports_(start_.ports),
      current_(start_.now), history_(std::move(start_.releases)), newest_(start_.newest),
      read_(start_.read), formation_text_(start_.formation),
      watcher_(
          with.io, setting_.not_watched,
          [this](std::vector<watcher::finding> const& found) {
              for (auto const& each : found)
                  file_changes_.insert_or_assign(each.name, each);
              wake_.poke();
          },
          [this](std::string_view what) { with_.hub.system(what); }),
      wake_(with.io), changed_(with.io), started_at_(std::chrono::system_clock::now()),
      started_(std::chrono::steady_clock::now())
{
    for (auto const& spec : current_->what.spec.types) {
        auto const& kept = start_.types[spec.name];
        type_state state;
        state.spec = spec;
        state.from = current_;
        state.release = start_.release_of[spec.name];
        state.wanted = kept.wanted;
        state.held = kept.held;
        state.rule = kept.rule;
        state.last_rescale = kept.last_rescale;
        types_.push_back(std::move(state));
    }
    with_.changed = [this] { note_change(); };
    with_.known_child = [this](int pid) {
        return children_.contains(pid) || (with_.guardian && with_.guardian->pid() == pid);
    };
    with_.watch_child = [this](int pid, services::child_watch watch) {
        if (watch)
            children_[pid] = std::move(watch);
        else
            children_.erase(pid);
    };
    with_.ended_by_itself = [this](process& p, core::exit_status const& status) {
        ended_by_itself(p, status);
    };
}

supervisor::~supervisor() = default;

asio::awaitable<int> supervisor::run()
{
    prepared_ = co_await prepare();
    started_ = std::chrono::steady_clock::now();
    if (!prepared_)
        begin_shutdown();
    watch_files(); // what is there now is what the processes start with
    reconcile();
    for (;;) {
        take_file_changes();
        if (stopping_ && live_ == 0 && with_.errands == 0)
            break;
        reconcile_starts();
        auto deadline = advance_rollouts();
        for (auto const at : {advance_autoscaler(), advance_readiness()})
            if (at)
                deadline = deadline ? std::min(*deadline, *at) : *at;
        if (!stopping_ && defaults_of(current_->what.how).ends_when_all_ended && all_over()) {
            begin_shutdown();
            continue;
        }
        co_await wake_.wait(deadline);
    }
    co_return exit_code();
}

// Brings the slots there are to the slots there should be. Called after every change of either.
void supervisor::reconcile()
{
    if (!prepared_ && !stopping_)
        return; // the release phase comes first
    for (auto& type : types_)
        reconcile(type);
}

void supervisor::reconcile(type_state& type)
{
    if (!prepared_ && !stopping_)
        return;
    int const wanted = stopping_ ? 0 : type.wanted;
    bool const may_start =
        std::all_of(type.spec.settings.after.begin(), type.spec.settings.after.end(),
                    [this](auto const& name) { return type_ready(name); });
    for (int n = 1; n <= wanted; ++n) {
        if (!type.slots.contains(n))
            open_slot(type, n, may_start);
    }
    // At a shutdown what others come after stays until they are gone, but is not started again.
    bool const needed =
        stopping_ && !with_.hurried && stops_in_order_ && has_dependants(type.spec.name);
    for (auto const& [n, slot] : type.slots) {
        bool const down = n > wanted && !(needed && slot->pid() >= 0);
        if (down && !stopping_)
            type.held.erase(n);
        slot->want(down                    ? core::target::down
                   : type.held.contains(n) ? core::target::held
                                           : core::target::up);
        slot->allow_start(may_start);
    }
}

// Whether anything is left of a type that comes after this one.
bool supervisor::has_dependants(std::string const& name) const
{
    return std::any_of(types_.begin(), types_.end(), [&](auto const& other) {
        auto const& after = other.spec.settings.after;
        return !other.slots.empty() && std::find(after.begin(), after.end(), name) != after.end();
    });
}

void supervisor::open_slot(type_state& type, int instance, bool may_start)
{
    core::process_id const id{type.spec.name, instance};
    with_.hub.widen(id.str().size());
    auto made = std::make_unique<process>(with_, id, type.spec.position,
                                          type.from->plans.plan(type.spec, instance, type.release));
    auto& slot = *type.slots.emplace(instance, std::move(made)).first->second;
    slot.allow_start(may_start);
    if (type.roll && !type.roll->done)
        type.roll->fresh[instance] = slot.generation();
    ++live_;
    asio::co_spawn(with_.io, slot.run(),
                   [this, id](std::exception_ptr const& failure) { over(id, failure); });
}

// A process's coroutine has returned: its slot is free. It may be wanted again by now.
void supervisor::over(core::process_id const& id, std::exception_ptr const& failure)
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

void supervisor::ended_by_itself(process& p, core::exit_status const& status)
{
    if (stopping_ || !core::ends_app(current_->what.exit_on, status))
        return;
    ended_by_ = status;
    with_.hub.system(p.id().str() + " " + core::describe(status) +
                     ": stopping the app (--exit-on)");
    begin_shutdown();
}

void supervisor::note_change()
{
    wake_.poke();
    changed_.notify();
}

// What is `after` something may go once that is ready; and at the end the other way round.
void supervisor::reconcile_starts()
{
    bool any = false;
    for (auto& type : types_) {
        if (type.spec.settings.after.empty())
            continue;
        any = true;
        reconcile(type);
    }
    if (any && stopping_)
        reconcile();
}

bool supervisor::type_ready(std::string const& name) const
{
    auto const* found = type(name);
    if (!found)
        return true;
    for (int n = 1; n <= found->wanted; ++n) {
        auto const slot = found->slots.find(n);
        if (slot == found->slots.end() || !slot->second->ready())
            return false;
    }
    return true;
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
    with_.events.publish("shutdown", "", current_->what.name + " is being stopped");
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

void supervisor::resize(os::window_size size)
{
    with_.window = size;
    for (auto const& type : types_)
        for (auto const& [n, slot] : type.slots)
            slot->resize(size);
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

asio::awaitable<void> supervisor::changed()
{
    return changed_.wait();
}

} // namespace procd
