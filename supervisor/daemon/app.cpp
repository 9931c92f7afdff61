#include "supervisor/daemon/app.hpp"

namespace procd {

namespace {

constexpr verb_defaults up_defaults{
    .name = "up",
    .web_count = 1,
    .other_count = 1,
    .restart = procfile::restart_policy::on_failure,
    .terminals = true,
    .log_files = false,
    .ends_when_all_ended = true,
};
constexpr verb_defaults serve_defaults{
    .name = "serve",
    .web_count = 1,
    .other_count = 0,
    .restart = procfile::restart_policy::always,
    .terminals = false,
    .log_files = true,
    .ends_when_all_ended = false,
};

std::string directory_of(app const& a, procfile::type_settings const& settings)
{
    if (!settings.cwd)
        return a.root;
    return settings.cwd->starts_with('/') ? *settings.cwd : a.root + '/' + *settings.cwd;
}

} // namespace

verb_defaults const& defaults_of(verb v)
{
    switch (v) {
    case verb::up:
        return up_defaults;
    case verb::serve:
        return serve_defaults;
    }
    return up_defaults;
}

process_plan plan_process(app const& a, procfile::type_spec const& type, int instance,
                          procfile::port_plan& ports)
{
    auto const& settings = type.settings;
    process_plan plan;
    plan.command = type.command;
    plan.argv = {"/bin/sh", "-c", type.line};
    plan.port = ports.port(type.name, instance);
    plan.uses_port = type.command.find("$PORT") != std::string::npos ||
                     type.command.find("${PORT") != std::string::npos;

    procfile::process_facts facts;
    facts.app = a.name;
    facts.type = type.name;
    facts.instance = instance;
    facts.port = plan.port;
    facts.socket = a.socket;
    for (auto const& name : a.spec.type_names())
        if (auto const first = ports.first_port(name))
            facts.first_ports[name] = *first;
    procfile::variables const type_env(settings.env.begin(), settings.env.end());
    plan.environment = procfile::environment(a.own_environment, a.spec.env,
                                             a.spec.settings.env_files_win, type_env, facts);

    plan.cwd = directory_of(a, settings);
    plan.umask = settings.umask;
    if (settings.user) {
        if (auto const found = a.users.find(*settings.user); found != a.users.end())
            plan.user = found->second;
    }
    plan.tty = settings.tty.value_or(a.terminals);
    plan.open_files = settings.limits.open_files;
    plan.life.restart = settings.restart.value_or(a.restart);
    plan.life.backoff = settings.backoff;
    plan.life.max_restarts = settings.max_restarts;
    plan.life.stop_signal = settings.stop_signal;
    plan.life.stop_timeout = settings.stop_timeout.value_or(a.stop_timeout);
    return plan;
}

} // namespace procd
