#include "supervisor/daemon/router.hpp"

#include "supervisor/formation/formation.hpp"
#include "supervisor/front/error_page.hpp"
#include "supervisor/os/file.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

#include <algorithm>
#include <utility>

namespace procd::daemon {

namespace {

// A terminal shows no more access lines than somebody could read.
constexpr int access_lines_per_second_in_up = 100;

constexpr std::size_t lines_of_the_page = 30;

// A picture that could not be sent, mostly for want of memory, is sent again after this time.
constexpr std::chrono::seconds before_telling_again{1};

bool is_open_to_all(procfile::front_settings const& f)
{
    return f.hosts.empty();
}

// The page that tells a developer why nobody answers; empty while somebody does.
std::string page_of(formation::type const& t)
{
    front::page_facts facts;
    facts.absent.type = t.spec.name;
    facts.absent.state = t.wanted == 0 ? "scaled to 0" : "";
    for (auto const& [n, slot] : t.slots) {
        if (slot->ready())
            return {};
        auto const seen = slot->detail();
        facts.absent.state = std::string(core::to_string(slot->state()));
        if (auto const& end = slot->last_exit())
            facts.absent.exit = core::describe(*end);
        if (seen.next_attempt)
            facts.absent.next_attempt = "at " + core::iso_text(*seen.next_attempt);
        facts.absent.lines = slot->last_lines(lines_of_the_page);
        if (facts.absent.lines.empty())
            facts.absent.lines = slot->lines_of_last_exit();
    }
    return front::error_page(503, facts);
}

} // namespace

router::router(process::services& with, formation::formation const& all, listeners& sockets)
    : with_(with), formation_(all), sockets_(sockets),
      process_(with, {[this] {
                          running_ = true;
                          ++runs_;
                          told_ = {};
                          forget_questions();
                          sockets_.router_is_gone(); // the one before
                          with_.changed.notify();
                      },
                      [this] {
                          running_ = false;
                          forget_questions();
                          rotation_.lost(formation_);
                          sockets_.router_is_gone();
                      },
                      [this](front::report const& told) { heard(told); }})
{
}

std::optional<core::time_point> router::look(std::shared_ptr<app::content const> const& release)
{
    auto const& app = release->app;
    if (sockets_.any_routed()) {
        auto const name = app.spec.settings.front.user.value_or(app::usual_router_user);
        auto const user = app.users.find(name);
        process_.run(user == app.users.end() ? nullptr : &user->second);
    }
    if (!running_ || (tell_again_ && *tell_again_ <= std::chrono::steady_clock::now()))
        tell_again_.reset();
    if (running_ && !tell_again_) {
        read_error_page(release);
        tell(picture_of(app));
    }
    if (!closed_ && !sockets_.router_wanted() && rotation_.members().empty())
        process_.end();
    return tell_again_;
}

// Read anew with each release, and after a reload that makes none.
void router::read_error_page(std::shared_ptr<app::content const> const& release)
{
    if (std::exchange(page_of_, release) == release)
        return;
    auto const& app = release->app;
    auto const& file = app.spec.settings.front.error_page;
    auto const read = file
                          ? os::read_file(app::error_page_path(app, *file), app::largest_error_page)
                          : std::string();
    unavailable_page_ = read ? *read : "";
}

front::fronted_type router::type_of(app::application const& app, formation::type const& t) const
{
    auto const& f = t.spec.settings.front;
    front::fronted_type found;
    found.name = t.spec.name;
    found.http = f.protocol == procfile::front_protocol::http;
    for (auto const& l : sockets_.all())
        if (l.routed && std::any_of(f.listen.begin(), f.listen.end(),
                                    [&l](auto const& at) { return at.same_socket(l.address); }))
            found.listeners.push_back(l.id);
    found.hosts = f.hosts;
    found.gets_the_rest = is_open_to_all(f);
    if (app.started_as == app::verb::up) {
        found.hosts.push_back(t.spec.name + '.' + app.name + ".localhost");
        if (t.spec.name == "web" || found.gets_the_rest)
            found.hosts.push_back(app.name + ".localhost");
    }
    found.concurrency = f.concurrency;
    found.queue = f.queue;
    found.queue_timeout_ms = f.queue_timeout.count();
    found.hold_ms = app::hold_of(app, t.spec.settings).count();
    found.wanted = t.wanted > static_cast<int>(t.held.size());
    found.over = formation::all_at_rest(t);
    found.paused = t.routing.paused;
    found.maintenance = t.routing.disabled;
    if (app.started_as == app::verb::up)
        found.loopback_page = page_of(t);
    return found;
}

front::picture router::picture_of(app::application const& app) const
{
    auto const& f = app.spec.settings.front;
    front::picture p;
    for (auto const& network : f.trusted)
        p.with.trusted.push_back(procfile::to_string(network));
    p.with.access_log = f.access_log;
    p.with.access_lines_per_second =
        app.started_as == app::verb::up ? access_lines_per_second_in_up : 0;
    p.with.header_timeout_ms = f.header_timeout.count();
    p.with.idle_timeout_ms = f.idle_timeout.count();
    p.with.response_timeout_ms = f.response_timeout.count();
    p.with.max_body = f.max_body;
    p.with.unavailable_page = unavailable_page_;
    for (auto const& l : sockets_.all())
        if (l.routed)
            p.listeners.push_back({l.id, l.port, l.port == 0});
    for (auto const& t : formation_.types())
        if (formation::is_fronted(t))
            p.types.push_back(type_of(app, t));
    return p;
}

void router::tell(front::picture next)
{
    bool const moved = rotation_.look(formation_, number_ + 1);
    for (auto const& m : rotation_.members())
        next.targets.push_back({m.id, m.name, m.type, m.port, m.in_rotation});
    next.number = told_.number;
    if (!moved && next == told_)
        return;
    next.number = number_ + 1;
    if (auto const sent = process_.send(front::order(next), sockets_.news()); !sent)
        return cannot_tell(sent.error().message());
    ++number_;
    sockets_.told(next.number);
    told_ = std::move(next);
    not_told_.clear();
}

// The next picture has the same number, because the router knows nothing of this one. Each reason
// is said once.
void router::cannot_tell(std::string why)
{
    tell_again_ = std::chrono::steady_clock::now() + before_telling_again;
    if (why == not_told_)
        return;
    not_told_ = std::move(why);
    with_.hub.system("the router cannot be told of a change (" + not_told_ + "); procd tries again",
                     output::level::error);
}

std::optional<std::uint64_t> router::ask()
{
    if (!running_)
        return std::nullopt;
    auto const number = questions_.ask(told_.number);
    // Without an answer, whoever has asked goes without the figures.
    static_cast<void>(process_.send(front::order(front::ask_figures{number})));
    return number;
}

std::optional<std::uint64_t> router::question()
{
    auto const open = questions_.open();
    return open ? open : ask();
}

void router::forget_questions()
{
    answer_.reset();
    questions_.forget();
}

std::optional<std::uint64_t> router::picture_of_routing() const
{
    for (auto const& t : formation_.types()) {
        if (!formation::is_fronted(t) || t.dropped)
            continue;
        auto const told =
            std::find_if(told_.types.begin(), told_.types.end(),
                         [&](front::fronted_type const& f) { return f.name == t.spec.name; });
        if (told == told_.types.end() ||
            core::routing{told->paused, told->maintenance} != t.routing)
            return std::nullopt;
    }
    return told_.number;
}

bool router::has_taken_up(std::uint64_t picture)
{
    if (!questions_.asked_behind(picture))
        ask();
    return questions_.taken_up() >= picture;
}

void router::heard(front::report const& told)
{
    if (auto const* idle = std::get_if<front::idle_targets>(&told)) {
        rotation_.idle(formation_, idle->picture, idle->ids);
        sockets_.router_did(idle->picture);
    } else {
        auto const& figures = std::get<front::figures>(told);
        questions_.answered(figures.number);
        sockets_.router_did(questions_.taken_up());
        answer_ = answer{figures.number, runs_, std::chrono::steady_clock::now(), figures.types};
    }
    with_.changed.notify();
}

} // namespace procd::daemon
