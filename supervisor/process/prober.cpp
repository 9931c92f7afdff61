#include "supervisor/process/prober.hpp"

#include "supervisor/core/closed_port.hpp"
#include "supervisor/loop/wakeup.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/decision_log.hpp"
#include "supervisor/process/services.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <utility>

namespace procd::process {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;
using core::probe_kind;

namespace {

// Of turns in a row, after which a probe ends.
constexpr int most_failures = 3;
constexpr std::chrono::seconds after_a_failure{1};

constexpr std::array kinds{probe_kind::readiness, probe_kind::liveness, probe_kind::startup};

std::string work_of(std::string const& process, probe_kind kind)
{
    return "the " + std::string(procfile::to_string(kind)) + " probe of " + process;
}

} // namespace

// The coroutines hold this state, so it outlives the prober until every run has ended.
struct prober::state {
    state(services& w, probe_target t, probe_news n)
        : with(w), target(std::move(t)), health(target.plan, clock::now()),
          own_port(clock::now(), w.port_patience), news(std::move(n))
    {
        for (auto const kind : kinds) {
            wake[index(kind)] = std::make_unique<loop::wakeup>(w.io);
            abort[index(kind)] = std::make_shared<probe_abort>();
        }
    }
    static std::size_t index(probe_kind kind) { return static_cast<std::size_t>(kind); }
    void poke()
    {
        for (auto const& w : wake)
            w->poke();
    }

    // The connection was to somebody who held the port before the start. It is asked again only as
    // long as that is so. Then the next connection is to 127.0.0.1 first, as those of the router
    // are.
    bool reached_another(std::shared_ptr<probe_place>& asked)
    {
        if (!target.held)
            return false;
        bool const six = asked->endpoints.front().address().is_v6();
        if (ports::still_held(*target.held, six ? os::loopback::v6 : os::loopback::v4))
            asked.reset();
        else
            target.held.reset();
        return target.held.has_value();
    }

    void end()
    {
        over = true;
        news = {};
        for (auto const& probe : abort)
            probe->now();
        poke();
    }

    services& with;
    probe_target target;
    core::health health;
    core::closed_port own_port;
    probe_news news;
    std::array<std::unique_ptr<loop::wakeup>, kinds.size()> wake;
    std::array<std::shared_ptr<probe_abort>, kinds.size()> abort;
    std::array<std::shared_ptr<probe_place>, kinds.size()> place; // of http and tcp, once asked
    std::array<std::string, kinds.size()> found;
    std::array<std::optional<core::probe_result>, kinds.size()> last;
    bool over = false;
};

prober::prober(services& with, probe_target target, probe_news news)
    : state_(std::make_shared<state>(with, std::move(target), std::move(news)))
{
    try {
        for (auto const kind : kinds)
            if (state_->target.plan.of(kind))
                with.tasks.spawn(work_of(state_->target.name, kind), watch(state_, kind));
    } catch (...) { // no memory for one probe: the others must not go on without a prober
        state_->end();
        throw;
    }
}

prober::~prober()
{
    state_->end();
}

core::health const& prober::health() const
{
    return state_->health;
}

std::string prober::last_found(core::probe_kind kind) const
{
    bool const well = state_->health.published(kind) == core::verdict::success;
    return well ? "" : state_->found[state::index(kind)];
}

bool prober::port_is_closed() const
{
    return state_->own_port.is_closed();
}

// A turn that throws, because there was no memory for a moment, must not end the probe: its process
// would never be ready again. If the turns after it throw too, the probe gives up.
asio::awaitable<void> prober::watch(std::shared_ptr<state> s, probe_kind kind)
{
    std::optional<core::time_point> not_before;
    for (int failures = 0; !s->over;) {
        std::exception_ptr failure;
        try {
            co_await turn(s, kind, not_before);
        } catch (...) {
            failure = std::current_exception();
        }
        if (!failure) {
            failures = 0;
            not_before.reset();
            continue;
        }
        if (++failures == most_failures)
            std::rethrow_exception(failure);
        s->with.tasks.report(work_of(s->target.name, kind), failure);
        not_before = clock::now() + after_a_failure;
    }
}

// Waits until the probe is due, or asks it once.
asio::awaitable<void> prober::turn(std::shared_ptr<state> s, probe_kind kind,
                                   std::optional<core::time_point> not_before)
{
    auto due = s->health.due(kind);
    if (due && not_before)
        due = std::max(*due, *not_before);
    if (!due || *due > clock::now()) {
        co_await s->wake[state::index(kind)]->wait(due);
        co_return;
    }
    auto const answer = co_await ask_safely(s, kind);
    if (s->over)
        co_return;
    s->found[state::index(kind)] = answer.text;
    note_port(*s, kind, answer);
    bool const changed = s->health.note(kind, answer.result, clock::now());
    auto const before = std::exchange(s->last[state::index(kind)], answer.result);
    bool const news =
        changed || before != answer.result || answer.result != core::probe_result::success;
    if (news && s->with.hub.shows_decisions())
        log_decision(s->with, s->target.name, text_of(kind, answer.result, answer.text, s->health));
    if (!changed)
        co_return;
    s->poke(); // probes that waited for the startup probe are due now
    s->news.changed(kind, answer.text);
}

// A probe of an address that the user has named says nothing about the loopback.
void prober::note_port(state& s, probe_kind kind, probe_answer const& answer)
{
    auto const& probe = *s.target.plan.of(kind);
    bool const here = probe.host.empty() || probe.host == "localhost";
    bool const own = s.target.port && probe.port.value_or(*s.target.port) == *s.target.port;
    if (!own || !here || probe.action == procfile::probe_action::exec ||
        kind == probe_kind::liveness)
        return;
    using core::port_answer;
    bool const unknown = answer.result == core::probe_result::error || s.target.held;
    auto const seen = answer.refused ? port_answer::refused
                      : unknown      ? port_answer::unknown
                                     : port_answer::open;
    if (s.own_port.note(seen, clock::now()))
        s.news.port_stays_closed(s.own_port.patience());
}

// A probe that throws says nothing about the process. It is tried again when it is due. An
// exception that comes each time is reported once.
asio::awaitable<probe_answer> prober::ask_safely(std::shared_ptr<state> s, probe_kind kind)
{
    std::exception_ptr failure;
    try {
        co_return co_await ask(s, kind);
    } catch (...) {
        failure = std::current_exception();
    }
    auto const words = loop::words_of(work_of(s->target.name, kind), failure);
    if (!s->over && s->found[state::index(kind)] != words)
        s->with.tasks.report(work_of(s->target.name, kind), failure);
    co_return probe_answer{core::probe_result::error, words};
}

asio::awaitable<probe_answer> prober::ask(std::shared_ptr<state> s, probe_kind kind)
{
    auto const settings = *s->target.plan.of(kind);
    auto const abort = s->abort[state::index(kind)];
    auto const port = settings.port ? settings.port : s->target.port;
    if (settings.action == procfile::probe_action::exec)
        co_return co_await probe_exec(s->with, s->target.command(settings.command),
                                      settings.timeout, abort);
    if (!port)
        co_return probe_answer{core::probe_result::error, "it has no port"};
    auto& place = s->place[state::index(kind)];
    if (!place)
        place = std::make_shared<probe_place>(settings.host, *port);
    if (settings.action == procfile::probe_action::tcp) {
        auto const answer = co_await probe_tcp(s->with.io, place, settings.timeout, abort);
        if (answer.result == core::probe_result::success && kind == probe_kind::readiness &&
            s->reached_another(place))
            co_return probe_answer{core::probe_result::failure, s->target.held->text};
        co_return answer;
    }
    co_return co_await probe_http(s->with.io, settings, place, abort);
}

} // namespace procd::process
