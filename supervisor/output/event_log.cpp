#include "supervisor/output/event_log.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace procd::output {

void event_log::publish(std::string kind, std::string process, std::string message,
                        std::vector<event_fact> facts)
{
    if (closed_)
        return;
    events_.push_back({++last_seq_, std::chrono::system_clock::now(), std::move(kind),
                       std::move(process), std::move(message), std::move(facts)});
    if (events_.size() > kept)
        events_.pop_front();
    changed_.notify();
}

core::api::event event_log::for_client(entry const& e)
{
    core::api::event shown{e.seq, e.time, e.kind, e.process, e.message, {}};
    for (auto const& fact : e.facts)
        std::visit([&](auto const& value) { shown.data.emplace(fact.name, value); }, fact.value);
    return shown;
}

event_log::cursor event_log::from_last(std::size_t backlog) const
{
    return {last_seq_ + 1 - std::min(backlog, events_.size())};
}

event_log::batch event_log::take(cursor& at) const
{
    constexpr std::size_t most = 100;
    batch taken;
    std::uint64_t const oldest = last_seq_ + 1 - events_.size();
    if (at.next_seq < oldest)
        taken.missed = oldest - std::exchange(at.next_seq, oldest);
    auto const first = static_cast<std::ptrdiff_t>(at.next_seq - oldest);
    auto const count = std::min(most, events_.size() - static_cast<std::size_t>(first));
    std::transform(std::next(events_.begin(), first),
                   std::next(events_.begin(), first + static_cast<std::ptrdiff_t>(count)),
                   std::back_inserter(taken.events), for_client);
    at.next_seq += count;
    return taken;
}

std::vector<core::api::event> event_log::last_of(std::vector<std::string> const& names,
                                                 std::size_t most) const
{
    std::vector<core::api::event> found;
    for (auto e = events_.rbegin(); e != events_.rend() && found.size() < most; ++e)
        if (std::find(names.begin(), names.end(), e->process) != names.end())
            found.push_back(for_client(*e));
    std::reverse(found.begin(), found.end());
    return found;
}

boost::asio::awaitable<void> event_log::wait(cursor at)
{
    while (!closed_ && at.next_seq > last_seq_)
        co_await changed_.wait();
}

void event_log::close()
{
    closed_ = true;
    changed_.notify();
}

} // namespace procd::output
