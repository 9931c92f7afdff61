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

// Whoever holds an address may have gone by then.
constexpr std::chrono::seconds before_the_next_try{5};

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

router::router(process::services& with, formation::formation const& all,
               std::vector<os::passed_socket> passed)
    : with_(with), formation_(all), passed_(std::move(passed)),
      process_(with, {[this] {
                          running_ = true;
                          ++runs_;
                          told_ = {};
                          for (auto& s : sockets_)
                              s.told = false;
                          with_.changed.notify();
                      },
                      [this] {
                          running_ = false;
                          answer_.reset();
                          rotation_.lost(formation_);
                          with_.changed.notify();
                      },
                      [this](front::report const& told) { heard(told); }})
{
}

std::optional<core::time_point> router::look(app::application const& app)
{
    if (!closed_ && formation_.now() == formation::phase::running)
        open_sockets(app);
    if (!sockets_.empty()) {
        auto const name = app.spec.settings.front.user.value_or(app::usual_router_user);
        auto const user = app.users.find(name);
        process_.run(user == app.users.end() ? nullptr : &user->second);
    } else if (!closed_ && wanted_addresses().empty()) {
        process_.end();
    }
    if (running_) {
        read_error_page(app);
        tell(picture_of(app));
    }
    return closed_ ? std::nullopt : try_again_;
}

std::vector<procfile::listen_address> router::wanted_addresses() const
{
    std::vector<procfile::listen_address> wanted;
    for (auto const& t : formation_.types())
        if (formation::is_fronted(t) && !t.dropped)
            for (auto const& at : t.spec.settings.front.listen)
                if (std::find(wanted.begin(), wanted.end(), at) == wanted.end())
                    wanted.push_back(at);
    return wanted;
}

bool router::is_open(procfile::listen_address const& at) const
{
    return std::any_of(sockets_.begin(), sockets_.end(),
                       [&](open_socket const& s) { return s.wanted == at; });
}

void router::open_sockets(app::application const& app)
{
    auto const wanted = wanted_addresses();
    std::erase_if(sockets_, [&](open_socket const& s) {
        bool const gone = std::find(wanted.begin(), wanted.end(), s.wanted) == wanted.end();
        if (gone)
            s.socket.file.remove();
        return gone;
    });
    auto const now = std::chrono::steady_clock::now();
    if (try_again_ && now < *try_again_)
        return;
    try_again_.reset();
    for (auto const& at : wanted)
        if (!is_open(at))
            open(at, app.spec.settings.front);
    if (!refused_.empty() && !try_again_)
        refused_.clear();
}

void router::open(procfile::listen_address const& at, procfile::router_settings const& with)
{
    auto made = open_front(at, with, procfile::share_mode::proxy, passed_);
    if (!made) {
        try_again_ = std::chrono::steady_clock::now() + before_the_next_try;
        if (refused_.insert(made.error()).second)
            with_.hub.system(made.error(), output::level::error);
        return;
    }
    for (auto& each : *made)
        sockets_.push_back({++last_socket_, at, std::move(each)});
}

// Read anew with each release, and after a reload that makes none.
void router::read_error_page(app::application const& app)
{
    if (std::exchange(page_of_, &app) == &app)
        return;
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
    for (auto const& s : sockets_)
        if (std::find(f.listen.begin(), f.listen.end(), s.wanted) != f.listen.end())
            found.listeners.push_back(s.id);
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
    found.unavailable_page = unavailable_page_;
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
    for (auto const& s : sockets_) {
        bool const is_unix = s.wanted.type == procfile::listen_address::kind::unix_socket;
        p.listeners.push_back({s.id, s.wanted.port, is_unix});
    }
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
    next.number = ++number_;
    std::vector<int> descriptors;
    for (auto& s : sockets_)
        if (!std::exchange(s.told, true))
            descriptors.push_back(s.socket.get());
    process_.send(front::order(next), std::move(descriptors));
    told_ = std::move(next);
}

std::optional<std::uint64_t> router::ask()
{
    if (!running_)
        return std::nullopt;
    process_.send(front::order(front::ask_figures{++questions_}));
    return questions_;
}

void router::heard(front::report const& told)
{
    if (auto const* idle = std::get_if<front::idle_targets>(&told))
        return rotation_.idle(formation_, idle->picture, idle->ids);
    auto const& figures = std::get<front::figures>(told);
    answer_ = answer{figures.number, runs_, std::chrono::steady_clock::now(), figures.types};
    with_.changed.notify();
}

void router::close()
{
    closed_ = true;
    for (auto const& s : sockets_)
        s.socket.file.remove();
    sockets_.clear();
}

} // namespace procd::daemon
