// The environment of one process. The precedence of everything that adds to it is decided here.
#pragma once

#include "procfile/env_file.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace procfile {

using variables = std::map<std::string, std::string>;

// The facts that procd itself tells one process. An empty or absent fact gives no variable.
struct process_facts {
    std::string app;
    std::string type;
    int instance = 1;
    std::optional<int> port;
    std::string release = "v1";
    std::string socket;                     // the absolute path of the control socket
    std::string id;                         // the value of PROCD_ID
    std::map<std::string, int> first_ports; // of each type, for PROCD_PORT_<TYPE>
    // Of the user that the process runs as, when the type names one.
    std::string user, home, shell;
};

// Which source wins where env files and procd's own environment set the same key.
enum class precedence { env_files, own_environment };

// The environment of one process as "KEY=VALUE" strings, sorted by key. For a key that is set more
// than once the later source wins, in this order: procd's own environment (`own`), the env files in
// their order, the type's `env`, the variables that procd makes for the process. If the own
// environment is the winner, it comes after the env files instead, but still before the type's
// `env`. A few variables of procd's own environment are not passed on: PROCD_*, and the variables
// in which systemd speaks to its main process (NOTIFY_SOCKET, LISTEN_FDS and its relatives,
// WATCHDOG_*, JOURNAL_STREAM and SYSTEMD_EXEC_PID).
std::vector<std::string> environment(variables const& own, std::vector<assignment> const& env_files,
                                     precedence winner, variables const& type_env,
                                     process_facts const& facts);

// The name of the variable that holds the first port of a type: PROCD_PORT_<TYPE>, in upper case
// and with '_' for '-'.
std::string port_variable(std::string const& type);

} // namespace procfile
