#include "supervisor/app/planner.hpp"

#include "procfile/environment.hpp"
#include "procfile/front_ports.hpp"
#include "supervisor/core/release.hpp"

#include <algorithm>
#include <utility>

namespace procd::app {

namespace {

// Without a limit, every process of an app with hundreds of types would carry as many variables
// through each exec: 500 variables add a fifth to the time that a shell takes to start.
constexpr std::size_t most_port_variables = 64;

std::string directory_of(application const& a, procfile::type_settings const& settings)
{
    if (!settings.cwd)
        return a.root;
    return settings.cwd->starts_with('/') ? *settings.cwd : a.root + '/' + *settings.cwd;
}

// Removes inherited PROCD_PORT_ variables that would otherwise be in the environment twice.
void drop_port_variables(std::vector<std::string>& entries, std::vector<std::string> const& ports)
{
    std::erase_if(entries, [&](std::string const& entry) {
        auto const key = entry.substr(0, entry.find('=') + 1);
        return key.starts_with("PROCD_PORT_") &&
               std::any_of(ports.begin(), ports.end(),
                           [&](std::string const& port) { return port.starts_with(key); });
    });
}

// A pager waits for keys that nobody can press. `cat` in its place ends by itself.
void add_pagers(std::vector<std::string>& entries)
{
    for (std::string const name : {"PAGER", "GIT_PAGER", "SYSTEMD_PAGER", "MANPAGER"})
        if (std::none_of(entries.begin(), entries.end(),
                         [&](auto const& entry) { return entry.starts_with(name + '='); }))
            entries.push_back(name + "=cat");
}

// A socket of systemd's keeps its name there. All others have that of the type.
std::vector<process_plan::socket> sockets_of(procfile::type_spec const& type)
{
    std::vector<process_plan::socket> sockets;
    auto const& front = type.settings.front;
    if (!front.passed_on())
        return sockets;
    for (auto const& address : front.listen) {
        bool const by_systemd = address.type == procfile::listen_address::kind::systemd;
        sockets.push_back({address, by_systemd ? address.name : type.name});
    }
    return sockets;
}

} // namespace

planner::planner(application const& app, std::shared_ptr<procfile::port_plan> ports)
    : app_(app), ports_(std::move(ports))
{
    for (auto const& name : app.spec.port_order())
        ports_->add_type(name);
    procfile::process_facts facts;
    facts.release.clear();
    for (auto const& name : app_.spec.type_names())
        if (facts.first_ports.size() == most_port_variables)
            break;
        else if (auto const first = ports_->first_port(name))
            facts.first_ports[name] = *first;
    first_ports_ = std::make_shared<std::vector<std::string> const>(
        procfile::environment({}, {}, procfile::precedence::env_files, {}, facts));
}

// Tells whether the type has ports: it is one of the app's, and not a command that `procd run`
// becomes.
bool planner::has_ports(procfile::type_spec const& type) const
{
    return app_.spec.find(type.name) ||
           (app_.spec.release_phase && app_.spec.release_phase->name == type.name);
}

// The variables that all processes of a type share. Most types have no variables of their own, so
// they share one list.
planner::variables planner::environment_of(procfile::type_spec const& type)
{
    auto& known = shared_[type.settings.env];
    if (known)
        return known;
    procfile::process_facts facts;
    facts.release.clear();
    facts.app = app_.name;
    facts.socket = app_.socket;
    auto const& settings = type.settings;
    procfile::variables const type_env(settings.env.begin(), settings.env.end());
    auto const winner = app_.spec.settings.env_files_win ? procfile::precedence::env_files
                                                         : procfile::precedence::own_environment;
    auto entries =
        procfile::environment(app_.own_environment, app_.spec.env, winner, type_env, facts);
    drop_port_variables(entries, *first_ports_);
    if (app_.started_as == verb::up)
        add_pagers(entries);
    // The PORT of the env files is the base port. A process has its own port, or else none.
    if (has_ports(type))
        std::erase_if(entries, [](auto const& entry) { return entry.starts_with("PORT="); });
    known = std::make_shared<std::vector<std::string> const>(std::move(entries));
    return known;
}

process_plan planner::plan(procfile::type_spec const& type, int instance, int release)
{
    auto const& settings = type.settings;
    process_plan plan;
    plan.release = release;
    plan.command = type.command;
    plan.argv = {"/bin/sh", "-c", type.line};
    plan.port = ports_->port(type.name, instance);
    plan.uses_port = type.command.find("$PORT") != std::string::npos ||
                     type.command.find("${PORT") != std::string::npos;

    procfile::process_facts facts;
    facts.release = core::release_name(release);
    facts.type = type.name;
    facts.instance = instance;
    facts.port = plan.port;
    if (settings.user) {
        if (auto const found = app_.users.find(*settings.user); found != app_.users.end()) {
            plan.user = found->second;
            facts.user = found->second.name;
            facts.home = found->second.home;
            facts.shell = found->second.shell;
        }
    }
    plan.environment = procfile::environment({}, {}, procfile::precedence::env_files, {}, facts);
    plan.shared_environment = {environment_of(type), first_ports_};

    plan.cwd = directory_of(app_, settings);
    plan.umask = settings.umask;
    plan.tty = settings.tty.value_or(app_.terminals);
    plan.input = defaults_of(app_.started_as).input;
    plan.open_files = settings.limits.open_files;
    plan.limits = {settings.limits.cpu, settings.limits.memory};
    plan.probes = {settings.startup, procfile::readiness_of(settings), settings.liveness};
    plan.readiness_is_implied = plan.probes.readiness && !settings.readiness;
    plan.sockets = sockets_of(type);
    plan.life.restart = settings.restart.value_or(app_.restart);
    plan.life.backoff = settings.backoff;
    plan.life.max_restarts = settings.max_restarts;
    plan.life.exit_on = app_.exit_on;
    plan.life.stop_signal = settings.stop_signal;
    plan.life.drain =
        settings.front.routed() ? drain_of(app_, settings) : std::chrono::milliseconds(0);
    plan.life.stop_timeout = settings.stop_timeout.value_or(app_.stop_timeout);
    return plan;
}

} // namespace procd::app
