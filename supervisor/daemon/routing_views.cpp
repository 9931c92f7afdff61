#include "supervisor/daemon/routing_views.hpp"

#include "supervisor/core/duration.hpp"
#include "supervisor/daemon/router.hpp"
#include "supervisor/formation/formation.hpp"
#include "supervisor/formation/rotation.hpp"
#include "supervisor/formation/views.hpp"

#include <algorithm>
#include <chrono>

namespace procd::daemon {

namespace {

core::routing_facts::phase phase_of(formation::formation const& all)
{
    switch (all.now()) {
    case formation::phase::preparing:
        return core::routing_facts::phase::starting;
    case formation::phase::running:
        return core::routing_facts::phase::running;
    case formation::phase::stopping:
        return core::routing_facts::phase::stopping;
    }
    return core::routing_facts::phase::running;
}

// Why the router does not run: "the router exited with code 1; the next attempt is in 4s".
std::optional<std::string> absence_of(router const& front)
{
    auto const failed = front.failure();
    if (front.pid() >= 0 || !failed)
        return std::nullopt;
    auto const left = std::chrono::ceil<std::chrono::seconds>(failed->next_attempt -
                                                              std::chrono::steady_clock::now());
    return "the router: " + failed->why + "; the next attempt is " +
           (left.count() > 0 ? "in " + core::duration_text(left) : "under way");
}

core::routing_facts facts_of(formation::type const& of, formation::formation const& all,
                             router const& front)
{
    auto const& listen = of.spec.settings.front.listen;
    core::routing_facts f;
    f.app = phase_of(all);
    f.who = formation::is_fronted(of) ? core::routing_facts::acceptor::router
                                      : core::routing_facts::acceptor::processes;
    f.listening = std::any_of(listen.begin(), listen.end(),
                              [&](auto const& at) { return front.sockets().is_open(at); });
    f.router_runs = front.pid() >= 0;
    f.set = of.routing;
    f.wanted = of.wanted;
    f.held = static_cast<int>(of.held.size());
    f.over = formation::all_at_rest(of);
    return f;
}

// A type without requests so far has no percentiles.
void add_figures(core::api::routing_view& v, formation::type const& of, router const& front,
                 std::optional<std::uint64_t> question)
{
    auto const& answer = front.last_answer();
    if (!question || !answer || answer->question < *question)
        return;
    for (auto const& f : answer->types) {
        if (f.type != v.type)
            continue;
        v.in_flight = f.in_flight;
        v.queued = f.queued;
        if (of.spec.settings.front.protocol != procfile::front_protocol::http)
            continue; // connections that may last for days
        v.requests_per_second = f.requests_per_second;
        if (f.requests > 0) {
            v.p50_ms = f.p50_ms;
            v.p95_ms = f.p95_ms;
        }
    }
}

} // namespace

bool has_front_port(formation::type const& t)
{
    return !t.spec.settings.front.listen.empty();
}

core::routing_state routing_state(formation::type const& of, formation::formation const& all,
                                  router const& front)
{
    return core::state_of(facts_of(of, all, front));
}

std::optional<core::api::routing_view>
routing_view(formation::type const& of, formation::formation const& all, router const& front)
{
    if (!has_front_port(of))
        return std::nullopt;
    core::api::routing_view v;
    auto const counts = formation::type_view(of);
    v.type = of.spec.name;
    v.share = formation::is_fronted(of) ? "proxy" : "listen_fds";
    v.state = core::to_string(routing_state(of, all, front));
    v.paused = of.routing.paused;
    v.disabled = of.routing.disabled;
    v.ready = counts.ready;
    v.wanted = counts.wanted;
    for (auto const& at : of.spec.settings.front.listen) {
        v.listen.push_back(procfile::to_string(at));
        if (auto why = front.sockets().problem_of(at))
            v.problems.push_back(std::move(*why));
    }
    if (auto why = absence_of(front); why && formation::is_fronted(of))
        v.problems.push_back(std::move(*why));
    return v;
}

std::vector<core::api::routing_view> routing_views(formation::formation const& all,
                                                   router const& front,
                                                   std::optional<std::string> const& only,
                                                   std::optional<std::uint64_t> question)
{
    std::vector<core::api::routing_view> views;
    for (auto const& t : all.types()) {
        if (t.dropped || (only && *only != t.spec.name))
            continue;
        auto v = routing_view(t, all, front);
        if (!v)
            continue;
        if (formation::is_fronted(t))
            add_figures(*v, t, front, question);
        views.push_back(std::move(*v));
    }
    std::sort(views.begin(), views.end(),
              [](auto const& a, auto const& b) { return a.type < b.type; });
    return views;
}

std::optional<core::api::router_view> router_view(formation::formation const& all,
                                                  router const& front)
{
    if (!front.needed() && front.pid() < 0)
        return std::nullopt;
    core::api::router_view v;
    for (auto const& at : front.sockets().of_router())
        v.addresses.push_back(procfile::to_string(at));
    for (auto const& t : all.types())
        for (auto const& at : t.spec.settings.front.listen)
            if (auto why = front.sockets().problem_of(at); why && !t.dropped)
                v.problems.push_back(std::move(*why));
    if (front.pid() >= 0)
        v.pid = front.pid();
    else if (v.addresses.empty() && !v.problems.empty())
        v.state = "not running";
    else
        v.state = front.failure() ? "restarting" : "starting";
    if (auto why = absence_of(front))
        v.problems.push_back(std::move(*why));
    return v;
}

} // namespace procd::daemon
