#include "supervisor/front/router.hpp"

#include "supervisor/front/acceptor.hpp"

#include <algorithm>
#include <utility>

namespace procd::front {

using boost::system::error_code;

router::router(boost::asio::io_context& io, os::unique_fd lines, std::function<void()> ended)
    : house_(io, std::move(lines)),
      channel_(
          io,
          [this](std::string const& bytes, std::vector<os::unique_fd> descriptors) {
              take(bytes, std::move(descriptors));
          },
          std::move(ended)),
      alive_(std::make_shared<int>())
{
}

router::~router() = default;

void router::take(std::string const& bytes, std::vector<os::unique_fd> descriptors)
{
    auto given = read_order(bytes);
    if (!given)
        return house_.log.say("an order that cannot be read: " + bytes.substr(0, 100));
    if (auto* const next = std::get_if<picture>(&*given))
        return apply(std::move(*next), std::move(descriptors));
    tell_figures(std::get<ask_figures>(*given).number);
}

void router::apply(picture next, std::vector<os::unique_fd> descriptors)
{
    take_settings(next.with);
    take_targets(next.targets);
    take_types(next.types);
    bool const any_closed = close_listeners(next.listeners);
    take_listeners(next.listeners, std::move(descriptors));
    applied_ = next.number;
    tell_idle();
    if (any_closed) // procd may use the socket in another way from now on
        tell(idle_targets{applied_, {}});
}

void router::take_settings(settings const& next)
{
    house_.log.configure(next.access_log, next.access_lines_per_second);
    if (next == house_.with)
        return;
    house_.with = next;
    house_.trusted = networks(next.trusted);
}

// A target that is gone ends its idle connections; those in use live on.
void router::take_targets(std::vector<target> const& next)
{
    std::map<int, std::shared_ptr<upstream>> there;
    for (auto const& t : next) {
        auto& known = upstreams_[t.id];
        if (!known)
            known = std::make_shared<upstream>();
        if (known->now.in_rotation != t.in_rotation) {
            known->now.rests_until.reset();
            known->told_idle = false;
        }
        known->facts = t;
        known->now.in_rotation = t.in_rotation;
        if (!t.in_rotation)
            known->idle.clear();
        there.emplace(t.id, known);
    }
    for (auto const& [id, gone] : upstreams_)
        if (!there.contains(id)) {
            gone->now.in_rotation = false;
            gone->idle.clear();
        }
    upstreams_ = std::move(there);
}

void router::take_types(std::vector<fronted_type> const& next)
{
    std::map<std::string, std::shared_ptr<gate_keeper>> there;
    for (auto const& t : next) {
        auto& gate = gates_[t.name];
        if (!gate)
            gate = std::make_shared<gate_keeper>(
                house_.io, [this, alive = std::weak_ptr(alive_)](upstream& of) {
                    if (!alive.expired())
                        ended(of);
                });
        std::vector<std::shared_ptr<upstream>> processes;
        for (auto const& [id, each] : upstreams_)
            if (each->facts.type == t.name)
                processes.push_back(each);
        gate->become(t, std::move(processes));
        there.emplace(t.name, gate);
    }
    for (auto const& [name, gone] : gates_)
        if (!there.contains(name)) {
            fronted_type last = gone->of();
            last.wanted = false;
            gone->become(last, {});
        }
    gates_ = std::move(there);
}

bool router::close_listeners(std::vector<listener> const& next)
{
    auto const closed = std::erase_if(acceptors_, [&](auto const& each) {
        return std::none_of(next.begin(), next.end(),
                            [&](listener const& l) { return l.id == each.first; });
    });
    return closed > 0;
}

void router::take_listeners(std::vector<listener> const& next,
                            std::vector<os::unique_fd> descriptors)
{
    auto descriptor = descriptors.begin();
    for (auto const& l : next) {
        auto& known = acceptors_[l.id];
        if (!known) {
            known = std::make_unique<acceptor>(house_, l);
            auto const refused = descriptor == descriptors.end()
                                     ? os::error_of(EBADF)
                                     : known->open(std::move(*descriptor++));
            if (refused)
                house_.log.say("cannot accept clients: " + refused.message());
        }
        served_types served;
        for (auto const& [name, gate] : gates_) {
            auto const& ids = gate->of().listeners;
            if (std::find(ids.begin(), ids.end(), l.id) != ids.end())
                served.all.push_back(gate);
        }
        known->serve(std::move(served));
    }
}

// Without memory the report is lost: a drain then takes all its time, and the figures are missing.
void router::tell(report what)
{
    static_cast<void>(channel_.send(text_of(what)));
}

void router::tell_figures(std::uint64_t question)
{
    figures answer;
    answer.number = question;
    for (auto const& [name, gate] : gates_)
        answer.types.push_back(gate->figures());
    tell(std::move(answer));
}

void router::ended(upstream& of)
{
    if (!of.now.in_rotation && of.now.in_flight == 0)
        tell_idle();
}

// Each is told once: procd may stop it then.
void router::tell_idle()
{
    idle_targets idle;
    idle.picture = applied_;
    for (auto const& [id, each] : upstreams_)
        if (!each->now.in_rotation && each->now.in_flight == 0 &&
            !std::exchange(each->told_idle, true))
            idle.ids.push_back(id);
    if (!idle.ids.empty())
        tell(std::move(idle));
}

} // namespace procd::front
