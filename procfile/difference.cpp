// The difference of two specs: for each type, the names of the settings that a new release changes,
// and the changed keys of the tables [logs], [autoscale] and [front].
#include "procfile/app_spec.hpp"
#include "procfile/environment.hpp"

namespace procfile {

namespace {

template <auto Member, class Settings = type_settings>
bool same(Settings const& a, Settings const& b)
{
    return a.*Member == b.*Member;
}

template <auto Member>
bool same_front(type_settings const& a, type_settings const& b)
{
    return a.front.*Member == b.front.*Member;
}

// Tells whether the processes get the same listening sockets. Most types get none.
bool same_sockets(type_settings const& a, type_settings const& b)
{
    std::vector<listen_address> const none;
    auto const passed = [&](type_settings const& s) -> std::vector<listen_address> const& {
        return s.front.passed_on() ? s.front.listen : none;
    };
    return passed(a) == passed(b);
}

// A type that does not say how much CPU it requests requests one core.
bool same_request(type_settings const& a, type_settings const& b)
{
    return a.cpu.value_or(1.0) == b.cpu.value_or(1.0);
}

// Every setting of a type except `env`, which is compared together with the env files.
constexpr struct {
    char const* name;
    bool (*same)(type_settings const&, type_settings const&);
} fields[] = {
    {"count", same<&type_settings::count>},
    {"stop_signal", same<&type_settings::stop_signal>},
    {"stop_timeout", same<&type_settings::stop_timeout>},
    {"restart", same<&type_settings::restart>},
    {"backoff", same<&type_settings::backoff>},
    {"max_restarts", same<&type_settings::max_restarts>},
    {"after", same<&type_settings::after>},
    {"cpu", same_request},
    {"limits", same<&type_settings::limits>},
    {"autoscale", same<&type_settings::autoscale>},
    {"readiness", same<&type_settings::readiness>},
    {"liveness", same<&type_settings::liveness>},
    {"startup", same<&type_settings::startup>},
    {"tty", same<&type_settings::tty>},
    {"watch", same<&type_settings::watch>},
    {"cwd", same<&type_settings::cwd>},
    {"user", same<&type_settings::user>},
    {"umask", same<&type_settings::umask>},
    {"rollout", same<&type_settings::rollout>},
    {"listen", same_front<&front_settings::listen>},
    {"protocol", same_front<&front_settings::protocol>},
    {"share", same_front<&front_settings::share>},
    {"listen_fds", same_sockets},
    {"concurrency", same_front<&front_settings::concurrency>},
    {"queue", same_front<&front_settings::queue>},
    {"queue_timeout", same_front<&front_settings::queue_timeout>},
    {"hold", same_front<&front_settings::hold>},
    {"drain", same_front<&front_settings::drain>},
    {"hosts", same_front<&front_settings::hosts>},
};

constexpr struct {
    char const* name;
    bool (*same)(log_settings const&, log_settings const&);
} log_fields[] = {
    {"directory", same<&log_settings::directory>},
    {"max_size", same<&log_settings::max_size>},
    {"keep", same<&log_settings::keep>},
    {"total", same<&log_settings::total>},
};

constexpr struct {
    char const* name;
    bool (*same)(autoscaler_settings const&, autoscaler_settings const&);
} autoscale_fields[] = {
    {"interval", same<&autoscaler_settings::interval>},
    {"window", same<&autoscaler_settings::window>},
    {"tolerance", same<&autoscaler_settings::tolerance>},
    {"scale_up_delay", same<&autoscaler_settings::scale_up_delay>},
    {"scale_down_delay", same<&autoscaler_settings::scale_down_delay>},
};

constexpr struct {
    char const* name;
    bool (*same)(router_settings const&, router_settings const&);
} front_fields[] = {
    {"user", same<&router_settings::user>},
    {"trusted", same<&router_settings::trusted>},
    {"access_log", same<&router_settings::access_log>},
    {"socket_mode", same<&router_settings::socket_mode>},
    {"socket_group", same<&router_settings::socket_group>},
    {"header_timeout", same<&router_settings::header_timeout>},
    {"idle_timeout", same<&router_settings::idle_timeout>},
    {"response_timeout", same<&router_settings::response_timeout>},
    {"max_body", same<&router_settings::max_body>},
    {"error_page", same<&router_settings::error_page>},
};

template <class Fields, class Settings>
void add_table(std::string const& table, Fields const& keys, Settings const& before,
               Settings const& after, std::vector<type_change>& changes)
{
    type_change change{type_change::kind::changed, table, {}};
    for (auto const& key : keys)
        if (!key.same(before, after))
            change.fields.emplace_back(key.name);
    if (!change.fields.empty())
        changes.push_back(std::move(change));
}

// The variables that the files give to a type.
variables file_variables(app_spec const& spec, type_spec const& type)
{
    variables all;
    for (assignment const& a : spec.env)
        all[a.key] = a.value;
    for (auto const& [key, value] : type.settings.env)
        all[key] = value;
    return all;
}

std::vector<std::string> changed_fields(app_spec const& before, type_spec const& old,
                                        app_spec const& after, type_spec const& now)
{
    std::vector<std::string> names;
    if (old.command != now.command)
        names.emplace_back("command");
    if (before.settings.env_files_win != after.settings.env_files_win ||
        file_variables(before, old) != file_variables(after, now))
        names.emplace_back("env");
    for (auto const& field : fields)
        if (!field.same(old.settings, now.settings))
            names.emplace_back(field.name);
    return names;
}

std::vector<type_spec const*> all_types(app_spec const& spec)
{
    std::vector<type_spec const*> types;
    for (type_spec const& type : spec.types)
        types.push_back(&type);
    if (spec.release_phase)
        types.push_back(&*spec.release_phase);
    return types;
}

type_spec const* find(app_spec const& spec, std::string const& name)
{
    bool const release = spec.release_phase && spec.release_phase->name == name;
    return release ? &*spec.release_phase : spec.find(name);
}

} // namespace

std::vector<type_change> difference(app_spec const& before, app_spec const& after)
{
    std::vector<type_change> changes;
    for (type_spec const* const now : all_types(after)) {
        type_spec const* const old = find(before, now->name);
        if (!old) {
            changes.push_back({type_change::kind::added, now->name, {}});
            continue;
        }
        std::vector<std::string> names = changed_fields(before, *old, after, *now);
        if (!names.empty())
            changes.push_back({type_change::kind::changed, now->name, std::move(names)});
    }
    for (type_spec const* const old : all_types(before))
        if (!find(after, old->name))
            changes.push_back({type_change::kind::removed, old->name, {}});
    config const &was = before.settings, &is = after.settings;
    add_table("[logs]", log_fields, was.logs, is.logs, changes);
    add_table("[autoscale]", autoscale_fields, was.autoscale, is.autoscale, changes);
    add_table("[front]", front_fields, was.front, is.front, changes);
    return changes;
}

} // namespace procfile
