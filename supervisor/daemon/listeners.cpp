// A socket and those who may have it:
//
// - Wanted for the router: it is non-blocking, and the router gets a copy with the next picture.
// - Wanted for processes: accept() waits, as with sockets from systemd, and every process of the
//   type gets a copy at its start.
// - Wanted for processes while the router has it, or the other way round: it changes hands when the
//   router has said that its copy is closed, or when no process that was given it lives. Until then
//   neither gets it, because O_NONBLOCK belongs to the socket, and the router must never block.
// - Wanted by nobody: it is closed when nobody has it any more. A reload that fails finds it open.
#include "supervisor/daemon/listeners.hpp"

#include "supervisor/core/listen_problem.hpp"
#include "supervisor/formation/formation.hpp"
#include "supervisor/os/tcp_listener.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

#include <algorithm>
#include <utility>

namespace procd::daemon {

using clock = std::chrono::steady_clock;
using procfile::listen_address;
using procfile::share_mode;

namespace {

template <class Range>
auto find_address(Range& all, listen_address const& at)
{
    return std::find_if(all.begin(), all.end(),
                        [&at](auto const& each) { return each.address.same_socket(at); });
}

void change_hands(listener& l, share_mode to)
{
    auto const mode = to == share_mode::proxy ? os::accepting::fails : os::accepting::waits;
    if (os::set_accepting(l.socket.get(), mode))
        l.share = to;
}

} // namespace

listeners::listeners(process::services& with, formation::formation const& all,
                     passed_sockets passed)
    : with_(with), formation_(all), passed_(std::move(passed))
{
}

std::optional<clock::time_point> listeners::look(app::application const& app)
{
    if (closed_ || formation_.now() != formation::phase::running)
        return std::nullopt;
    auto const wanted = wishes();
    router_wanted_ = std::any_of(wanted.begin(), wanted.end(),
                                 [](wish const& w) { return w.share == share_mode::proxy; });
    auto const closed =
        std::erase_if(all_, [&](listener& l) { return update(l, wanted) == after_that::closed; });
    std::erase_if(missing_, [&](listen_address const& at) {
        return find_address(wanted, at) == wanted.end();
    });
    std::erase_if(refused_, [&](refusal const& r) {
        return find_address(wanted, r.address) == wanted.end();
    });
    bool const try_all = closed > 0 || !try_again_ || clock::now() >= *try_again_;
    if (try_all)
        try_again_.reset();
    auto const before = last_id_;
    for (auto const& each : wanted)
        if (!known(each.address) && !in_the_way(each.address) &&
            (try_all || !problem_of(each.address)))
            open(each, app.spec.settings.front);
    tell_opened(before);
    publish();
    return try_again_;
}

std::vector<listeners::wish> listeners::wishes() const
{
    std::vector<wish> wanted;
    for (auto const& t : formation_.types())
        if (!t.dropped)
            for (auto const& at : t.spec.settings.front.listen)
                if (find_address(wanted, at) == wanted.end())
                    wanted.push_back({at, t.spec.settings.front.share});
    return wanted;
}

bool listeners::held_by_process(listener const& l) const
{
    bool held = false;
    formation_.each_slot([&](process::slot& s) { held = held || s.holds(l.address); });
    return held;
}

// Gives a socket to those who are to have it, as soon as the others have let go of it.
listeners::after_that listeners::update(listener& l, std::vector<wish> const& wanted) const
{
    auto const found = find_address(wanted, l.address);
    bool const is_wanted = found != wanted.end();
    if (!is_wanted || found->share != l.share) {
        l.routed = false;
        if (l.share == share_mode::proxy ? l.at_router : held_by_process(l))
            return after_that::open;
        if (!is_wanted) {
            l.socket.file.remove();
            return after_that::closed;
        }
        change_hands(l, found->share);
    }
    l.routed = l.share == share_mode::proxy && !l.taken_away;
    return after_that::open;
}

bool listeners::known(listen_address const& at) const
{
    return find_address(all_, at) != all_.end() ||
           std::any_of(missing_.begin(), missing_.end(),
                       [&at](auto const& each) { return each.same_socket(at); });
}

// An open socket that nobody wants any more, and that overlaps this address. It is closed soon.
bool listeners::in_the_way(listen_address const& at) const
{
    return std::any_of(all_.begin(), all_.end(),
                       [&at](listener const& l) { return l.address.overlaps(at); });
}

void listeners::open(wish const& wanted, procfile::router_settings const& with)
{
    static std::vector<os::passed_socket> const none;
    auto sockets = open_front(wanted.address, with, wanted.share, passed_ ? *passed_ : none);
    if (!sockets) {
        try_again_ = clock::now() + core::before_next_listen;
        return refuse(wanted.address, sockets.error());
    }
    if (auto const before = find_address(refused_, wanted.address); before != refused_.end())
        refused_.erase(before);
    if (sockets->empty())
        missing_.push_back(wanted.address);
    for (auto& each : *sockets) {
        listener made;
        made.id = ++last_id_;
        made.address = wanted.address;
        if (auto const port = os::port_of(each.get())) // systemd may pass sockets of any kind
            made.port = *port;
        made.socket = std::move(each);
        made.share = wanted.share;
        made.routed = wanted.share == share_mode::proxy;
        all_.push_back(std::move(made));
    }
}

// In one line those that were opened after the one with this number.
void listeners::tell_opened(int before) const
{
    std::string opened;
    for (auto const& l : all_)
        if (l.id > before)
            opened += (opened.empty() ? "" : ", ") + procfile::to_string(l.address);
    if (!opened.empty())
        with_.hub.system("listening on " + opened);
}

// Each reason is said once.
void listeners::refuse(listen_address const& at, std::string why)
{
    auto const before = find_address(refused_, at);
    if (before != refused_.end() && before->why == why)
        return;
    with_.hub.system(why, output::level::error);
    if (before == refused_.end())
        refused_.push_back({at, std::move(why)});
    else
        before->why = std::move(why);
}

bool listeners::is_open(listen_address const& at) const
{
    return find_address(all_, at) != all_.end();
}

std::optional<std::string> listeners::problem_of(listen_address const& at) const
{
    auto const found = find_address(refused_, at);
    return found == refused_.end() ? std::nullopt : std::optional(found->why);
}

std::vector<listen_address> listeners::of_router() const
{
    std::vector<listen_address> open;
    for (auto const& l : all_)
        if (l.routed && std::find(open.begin(), open.end(), l.address) == open.end())
            open.push_back(l.address);
    return open;
}

// Tells those who launch processes which sockets there are.
void listeners::publish()
{
    process::shared_sockets::table open;
    for (auto const& at : missing_)
        open[procfile::to_string(at)];
    for (auto const& l : all_)
        if (l.share == share_mode::listen_fds)
            open[procfile::to_string(l.address)].push_back(l.socket.get());
    with_.sockets.set(std::move(open));
}

bool listeners::any_routed() const
{
    return std::any_of(all_.begin(), all_.end(), [](listener const& l) { return l.routed; });
}

std::vector<int> listeners::news() const
{
    std::vector<int> descriptors;
    for (auto const& l : all_)
        if (l.routed && !l.at_router)
            descriptors.push_back(l.socket.get());
    return descriptors;
}

void listeners::told(std::uint64_t picture)
{
    for (auto& l : all_) {
        l.at_router = l.at_router || l.routed;
        if (!l.routed && l.at_router && !l.taken_away)
            l.taken_away = picture;
    }
}

void listeners::router_did(std::uint64_t picture)
{
    for (auto& l : all_)
        if (l.taken_away && *l.taken_away <= picture) {
            l.taken_away.reset();
            l.at_router = false;
            with_.changed.notify();
        }
}

void listeners::router_is_gone()
{
    for (auto& l : all_) {
        l.taken_away.reset();
        l.at_router = false;
    }
    with_.changed.notify();
}

void listeners::close()
{
    closed_ = true;
    for (auto const& l : all_)
        l.socket.file.remove();
    all_.clear();
    missing_.clear();
    publish();
}

} // namespace procd::daemon
