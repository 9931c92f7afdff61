// The one loop of the app. Facts live with those who own them; whoever changes one notifies
// services::changed. Then, in this order: the formation takes off what is over; changed files lead
// to restarts and reloads; rollouts, the autoscaler and the service manager take their next steps;
// and procd sleeps until the next notification, or the earliest of their deadlines.
#include "supervisor/daemon/supervisor.hpp"

#include "supervisor/daemon/front_loads.hpp"
#include "supervisor/daemon/service_manager.hpp"
#include "supervisor/formation/rollout.hpp"
#include "supervisor/formation/views.hpp"
#include "supervisor/loop/spawner.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/adopted.hpp"
#include "supervisor/release/first_release.hpp"

#include <algorithm>
#include <utility>

namespace procd::daemon {

namespace asio = boost::asio;

namespace {

// KILL is repeated for ten seconds, first for the processes, then for what procd has adopted, and
// output is drained.
constexpr std::chrono::seconds beyond_a_stop{25};

// Gives the formation its first counts and holds, as the start point says.
void fill(formation::formation& all, formation::autoscaler& rules, release::start_point const& from)
{
    std::map<std::string, int> counts;
    for (auto const& [name, kept] : from.types) {
        counts[name] = kept.wanted;
        rules.restore(name, kept.rule, kept.last_rescale);
    }
    all.adopt(from.now, from.release_of, counts);
    all.restore(from.types);
    for (auto const& [name, kept] : from.types)
        all.restore_routing(name, kept.routing);
}

} // namespace

supervisor::supervisor(process::services& with, release::start_point from,
                       supervisor_setting setting)
    : with_(with), manager_(setting.manager), start_(std::move(from)), formation_(with),
      autoscaler_(with, formation_, loads_of(router_)),
      files_(with, formation_, std::move(setting.not_watched)),
      listeners_(with, formation_, std::move(setting.passed)),
      router_(with, formation_, listeners_),
      history_(start_->now, std::move(start_->releases), {start_->newest, start_->read},
               setting.store),
      kept_(history_, formation_, autoscaler_,
            {setting.store, start_->formation, std::move(setting.before_keeping)}),
      phase_(with), change_(parts(), std::move(setting.read_files),
                            std::move(setting.watched_files), std::move(setting.files_problem)),
      readiness_(setting.manager, formation_, history_, change_),
      started_at_(std::chrono::system_clock::now())
{
    fill(formation_, autoscaler_, *start_);
}

supervisor::~supervisor() = default;

release::parts supervisor::parts()
{
    return {with_, formation_, autoscaler_, history_, kept_, phase_, start_->ports};
}

asio::awaitable<int> supervisor::run()
{
    auto const all = parts();
    auto from = *std::exchange(start_, std::nullopt);
    readiness_.preparing(from);
    auto const prepared = co_await release::prepare(all, std::move(from));
    readiness_.begin(std::chrono::steady_clock::now());
    if (prepared == release::prepared::processes_may_start && !formation_.stopping()) {
        say_types_off();
        watch_files(); // what is there now is what the processes start with
        formation_.begin_running();
    } else {
        start_failed_ = prepared == release::prepared::failed;
        begin_shutdown();
    }
    for (;;) {
        auto const front = listeners_.look(app()); // before the processes that get its sockets
        act_on(formation_.look());
        take_file_changes();
        auto const tells_again = router_.look(history_.current());
        bool const over = formation_.stopping() && !formation_.any_slot() && !change_.under_way() &&
                          with_.errands == 0;
        if (over)
            router_.end();
        if (over && router_.over())
            break;
        watch_files();
        auto deadline = advance();
        for (auto const& other : {front, tells_again})
            if (other)
                deadline = deadline ? std::min(*deadline, *other) : *other;
        bool const may_end = app::defaults_of(app().started_as).ends_when_all_ended;
        if (!formation_.stopping() && may_end && all_over()) {
            begin_shutdown();
            continue;
        }
        if (deadline)
            co_await with_.changed.wait_until(*deadline);
        else
            co_await with_.changed.wait();
    }
    any_left_ = co_await process::end_adopted(with_, stop_limit_) == process::adopted::some_left;
    co_return exit_code();
}

// Who runs `serve` for the first time may miss the workers.
void supervisor::say_types_off()
{
    auto const off = formation::types_off(formation_);
    if (off.empty())
        return;
    std::string names;
    for (auto const& name : off)
        names += (names.empty() ? "" : ", ") + name;
    with_.hub.system("off: " + names + "; procctl scale " + off.front() + "=1 starts one");
}

void supervisor::act_on(formation::formation::findings const& found)
{
    for (auto const& [id, failure] : found.failures) {
        start_failed_ = true;
        with_.hub.system(loop::words_of(id.str(), failure), output::level::error);
        begin_shutdown();
    }
    for (auto const& [id, end] : found.unasked_ends) {
        if (formation_.stopping() || !end.ends_app)
            continue;
        ended_by_ = end;
        with_.hub.system(id.str() + " " + core::describe(end.status) +
                         ": stopping the app (--exit-on)");
        begin_shutdown();
    }
}

// The earliest of the deadlines.
std::optional<core::time_point> supervisor::advance()
{
    std::optional<core::time_point> deadline;
    auto const rolls = formation::advance_rollouts(formation_);
    auto const scales = autoscaler_.advance(app().spec.settings.autoscale);
    if (autoscaler_.take_rescaled())
        kept_.keep();
    auto const tells = readiness_.advance(std::chrono::steady_clock::now());
    for (auto const& at : {rolls, scales, tells})
        if (at)
            deadline = deadline ? std::min(*deadline, *at) : *at;
    return deadline;
}

// Not during a reload or rollback: then after it.
void supervisor::take_file_changes()
{
    if (formation_.stopping() || change_.under_way())
        return;
    if (auto const why = std::exchange(reload_asked_, std::nullopt)) {
        change_.reload_because(*why);
        if (change_.under_way())
            return;
    }
    if (auto const why = files_.take_own()) {
        change_.reload_because(*why);
        if (change_.under_way())
            return;
    }
    files_.restart_types();
}

void supervisor::watch_files()
{
    auto const& now = history_.current();
    if (formation_.stopping() || watched_ == now)
        return;
    watched_ = now;
    files_.watch(now->record.root, change_.watched());
}

// Nothing runs, and nothing will by itself. Where a changed file would start it again, that is
// waited for. A reload or rollback under way starts the release before again when it fails.
bool supervisor::all_over()
{
    bool const ended = !change_.under_way() && formation_.all_at_rest();
    bool const waits = files_.watching();
    if (!std::exchange(told_all_ended_, ended) && ended)
        with_.hub.system(waits ? "every process has ended; a change of a watched file starts "
                                 "them again"
                               : "every process has ended");
    return ended && !waits;
}

void supervisor::shutdown()
{
    if (formation_.stopping())
        return;
    if (formation_.any_running() || !phase_.under_way().empty())
        with_.hub.system("sending SIGTERM to all processes");
    begin_shutdown();
}

void supervisor::begin_shutdown()
{
    if (formation_.stopping())
        return;
    if (formation_.all_at_rest())
        formation_.each_slot([this](process::slot& s) { ends_.push_back(*s.last_exit()); });
    files_.stop();
    listeners_.close();
    router_.close();
    with_.events.publish("shutdown", "", app().name + " is being stopped");
    // One timeout for the whole, however many wait for others.
    auto const longest = std::max(formation_.longest_stop(), phase_.stop_timeout());
    stop_limit_ = std::chrono::steady_clock::now() + longest;
    if (manager_ != nullptr)
        manager_->stopping(longest + beyond_a_stop);
    phase_.stop(stop_limit_);
    formation_.begin_stop(stop_limit_);
}

void supervisor::hurry()
{
    shutdown();
    with_.hurried = true;
    with_.hub.system("sending SIGKILL to all processes");
    phase_.hurry();
    formation_.hurry();
}

void supervisor::reload_soon(std::string why)
{
    if (formation_.stopping())
        return;
    if (formation_.now() == formation::phase::preparing)
        with_.hub.system(why + ": the files are read again after the release phase");
    else if (change_.under_way())
        with_.hub.system(why + ": the files are read again after the change that is under way");
    reload_asked_ = std::move(why);
    with_.changed.notify();
}

void supervisor::keep_all()
{
    history_.save_all();
    kept_.keep();
}

void supervisor::resize(os::window_size size)
{
    with_.window = size;
    formation_.resize_terminals();
}

int supervisor::exit_code() const
{
    core::app_end end;
    end.start_failed = start_failed_;
    end.unkillable = formation_.gave_up() || phase_.gave_up() || any_left_;
    if (ended_by_) {
        end.ended_by = ended_by_->status;
        end.ended_found = ended_by_->found;
    }
    end.all_ended = ends_;
    return core::app_exit_code(end);
}

} // namespace procd::daemon
