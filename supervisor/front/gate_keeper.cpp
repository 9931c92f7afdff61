#include "supervisor/front/gate_keeper.hpp"

#include "supervisor/front/session_parts.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace procd::front {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

namespace {

// A place in the line, for as long as the request waits.
class place {
public:
    place(std::list<asio::steady_timer*>& line, asio::steady_timer& mine)
        : line_(line), at_(line.insert(line.end(), &mine))
    {
    }
    place(place const&) = delete;
    place& operator=(place const&) = delete;
    // The next one may be let in now.
    ~place()
    {
        line_.erase(at_);
        if (!line_.empty())
            line_.front()->cancel();
    }
    int ahead() const { return static_cast<int>(std::distance(line_.begin(), at_)); }

private:
    std::list<asio::steady_timer*>& line_;
    std::list<asio::steady_timer*>::iterator at_;
};

} // namespace

gate_keeper::gate_keeper(asio::io_context& io, std::function<void(upstream&)> ended)
    : io_(io), less_([this, ended = std::move(ended)](upstream& of) {
          measure();
          if (!line_.empty())
              line_.front()->cancel();
          ended(of);
      })
{
}

void gate_keeper::become(fronted_type const& of, std::vector<std::shared_ptr<upstream>> processes)
{
    if (of_.paused && !of.paused)
        resumed_ = clock::now();
    of_ = of;
    processes_ = std::move(processes);
    bool const any = std::any_of(processes_.begin(), processes_.end(),
                                 [](auto const& each) { return each->now.in_rotation; });
    if (std::exchange(any_in_rotation_, any) && !any)
        none_since_ = clock::now();
    poke();
}

void gate_keeper::poke()
{
    for (auto* const each : line_)
        each->cancel();
}

int gate_keeper::load_now() const
{
    int count = waiting();
    for (auto const& each : processes_)
        count += each->now.in_flight;
    return count;
}

void gate_keeper::measure()
{
    meter_.note_load(load_now(), clock::now());
}

void gate_keeper::note(std::chrono::milliseconds took, bool failed)
{
    meter_.note_request(took, failed, clock::now());
}

type_figures gate_keeper::figures()
{
    measure();
    auto found = meter_.figures(clock::now());
    found.type = of_.name;
    found.queued = waiting();
    found.in_flight = load_now() - found.queued;
    return found;
}

// A request that a pause has held has its time to wait from the end of the pause on.
admission gate_keeper::look(time_point since, int ahead, bool is_waiting) const
{
    using std::chrono::milliseconds;
    if (!of_.paused)
        since = std::max(since, resumed_);
    gate const g{of_.wanted,
                 of_.over,
                 of_.paused,
                 of_.maintenance,
                 none_since_,
                 of_.concurrency,
                 of_.queue,
                 milliseconds(of_.queue_timeout_ms),
                 milliseconds(of_.hold_ms)};
    std::vector<load> loads;
    loads.reserve(processes_.size());
    for (auto const& each : processes_)
        loads.push_back(each->now);
    return admit(g, loads, {since, ahead, is_waiting}, clock::now());
}

std::optional<gate_keeper::entry> gate_keeper::enter_now(std::shared_ptr<gate_keeper> const& self,
                                                         time_point since)
{
    auto const found = self->look(since, self->waiting(), false);
    if (auto const* no = std::get_if<refused_for>(&found))
        return *no;
    if (auto const* may_go = std::get_if<go>(&found))
        return self->let_in(self, *may_go);
    return std::nullopt;
}

gate_keeper::entry gate_keeper::let_in(std::shared_ptr<gate_keeper> const& self, go const& found)
{
    auto const chosen = processes_[found.to];
    chosen->now.last_used = ++uses_;
    in_flight made(chosen, in_flight::ended(self, &less_));
    measure();
    return made;
}

asio::awaitable<gate_keeper::entry> gate_keeper::enter(std::shared_ptr<gate_keeper> self,
                                                       time_point since, bool const* cancelled)
{
    auto found = self->look(since, self->waiting(), false);
    std::optional<asio::steady_timer> timer;
    std::optional<place> mine;
    while (auto const* wait = std::get_if<wait_at_gate>(&found)) {
        if (!timer) {
            timer.emplace(self->io_);
            mine.emplace(self->line_, *timer);
            self->measure();
        }
        timer->expires_at(wait->until);
        co_await timer->async_wait(with_error);
        if (*cancelled)
            found = refused_for::none_ready;
        else
            found = self->look(since, mine->ahead(), true);
    }
    mine.reset(); // the place is left before the others look again
    if (auto const* no = std::get_if<refused_for>(&found)) {
        self->measure();
        co_return *no;
    }
    co_return self->let_in(self, std::get<go>(found));
}

} // namespace procd::front
