#include "procfile/environment.hpp"

#include "procfile/text.hpp"

#include <algorithm>

namespace procfile {

namespace {

// Tells whether a variable of procd's own environment is meant for procd alone. These variables
// come from another procd that started this one, or from systemd.
bool for_procd_alone(std::string const& key)
{
    static constexpr std::string_view systemd[] = {
        "NOTIFY_SOCKET", "LISTEN_PID",    "LISTEN_FDS",     "LISTEN_FDNAMES",  "LISTEN_PIDFDID",
        "WATCHDOG_PID",  "WATCHDOG_USEC", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID"};
    return key.rfind("PROCD_", 0) == 0 ||
           std::find(std::begin(systemd), std::end(systemd), key) != std::end(systemd);
}

void put_own(variables& all, variables const& own)
{
    for (auto const& [key, value] : own)
        if (!for_procd_alone(key))
            all[key] = value;
}

void put_facts(variables& all, process_facts const& facts)
{
    if (facts.port)
        all["PORT"] = std::to_string(*facts.port);
    auto const put = [&](char const* key, std::string const& value) {
        if (!value.empty())
            all[key] = value;
    };
    if (!facts.type.empty()) {
        std::string const instance = std::to_string(facts.instance);
        all["PS"] = facts.type + "." + instance;
        all["PROCD_TYPE"] = facts.type;
        all["PROCD_INSTANCE"] = instance;
    }
    put("USER", facts.user);
    put("LOGNAME", facts.user);
    put("HOME", facts.home);
    put("SHELL", facts.shell);
    put("PROCD_APP", facts.app);
    put("PROCD_RELEASE", facts.release);
    put("PROCD_SOCKET", facts.socket);
    put("PROCD_ID", facts.id);
    for (auto const& [type, port] : facts.first_ports)
        all[port_variable(type)] = std::to_string(port);
}

} // namespace

std::vector<std::string> environment(variables const& own, std::vector<assignment> const& env_files,
                                     precedence winner, variables const& type_env,
                                     process_facts const& facts)
{
    variables all;
    if (winner == precedence::env_files)
        put_own(all, own);
    for (assignment const& a : env_files)
        all[a.key] = a.value;
    if (winner == precedence::own_environment)
        put_own(all, own);
    for (auto const& [key, value] : type_env)
        all[key] = value;
    put_facts(all, facts);

    std::vector<std::string> result;
    result.reserve(all.size());
    for (auto const& [key, value] : all)
        result.push_back(std::string{key}.append("=").append(value));
    return result;
}

std::string port_variable(std::string const& type)
{
    std::string name = "PROCD_PORT_";
    for (char const c : type)
        name += c == '-' ? '_' : text::to_upper(c);
    return name;
}

} // namespace procfile
