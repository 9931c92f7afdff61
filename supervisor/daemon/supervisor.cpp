#include "supervisor/daemon/supervisor.hpp"

#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"

#include <algorithm>

namespace procd::daemon {

namespace asio = boost::asio;

supervisor::supervisor(process::services& with, release::start_point from,
                       supervisor_setting setting)
    : with_(with), setting_(std::move(setting)), start_(std::move(from)), ports_(start_.ports),
      current_(start_.now), history_(std::move(start_.releases)), newest_(start_.newest),
      read_(start_.read), formation_text_(start_.formation),
      watcher_(
          with.io, setting_.not_watched,
          [this](std::vector<app::watcher::finding> const& found) {
              for (auto const& each : found)
                  file_changes_.insert_or_assign(each.name, each);
              with_.changed.notify();
          },
          [this](std::string_view what) { with_.hub.system(what); }),
      started_at_(std::chrono::system_clock::now()), started_(std::chrono::steady_clock::now())
{
    for (auto const& spec : current_->app.spec.types) {
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
        take_overs();
        take_file_changes();
        if (stopping_ && live_ == 0 && with_.errands == 0)
            break;
        reconcile_starts();
        auto deadline = advance_rollouts();
        for (auto const at : {advance_autoscaler(), advance_readiness()})
            if (at)
                deadline = deadline ? std::min(*deadline, *at) : *at;
        if (!stopping_ && app::defaults_of(current_->app.started_as).ends_when_all_ended &&
            all_over()) {
            begin_shutdown();
            continue;
        }
        if (deadline)
            co_await with_.changed.wait_until(*deadline);
        else
            co_await with_.changed.wait();
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
    auto made = std::make_unique<process::slot>(
        with_, id, type.spec.position, type.from->plans.plan(type.spec, instance, type.release));
    auto& slot = *type.slots.emplace(instance, std::move(made)).first->second;
    slot.allow_start(may_start);
    if (type.roll && !type.roll->done)
        type.roll->fresh[instance] = slot.generation();
    ++live_;
    slot.start();
}

void supervisor::note_change()
{
    with_.changed.notify();
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

void supervisor::resize(os::window_size size)
{
    with_.window = size;
    for (auto const& type : types_)
        for (auto const& [n, slot] : type.slots)
            slot->resize(size);
}

asio::awaitable<void> supervisor::changed()
{
    return with_.changed.wait();
}

} // namespace procd::daemon
