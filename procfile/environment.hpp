// The environment of one process, and the precedence of everything that adds to it, in one place.
#pragma once

#include "procfile/env_file.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace procfile {

using variables = std::map<std::string, std::string>;

// What procd itself adds for one process. What is empty or absent here gives no variable.
struct process_facts {
    std::string app;
    std::string type;
    int instance = 1;
    std::optional<int> port;
    std::string release = "v1";
    std::string socket;                     // absolute path of the control socket
    std::string id;                         // PROCD_ID
    std::map<std::string, int> first_ports; // type -> first port, for PROCD_PORT_<TYPE>
};

// Later wins: procd's own environment, env files in order, the type's `env`, procd's per-process
// variables. With `env_files_win` false procd's own environment is put after the env files (but
// before the type's env). The result is "KEY=VALUE" strings sorted by key. Of procd's own
// environment PROCD_* and systemd's words to its main process (NOTIFY_SOCKET, LISTEN_FDS and kin,
// WATCHDOG_*, JOURNAL_STREAM, SYSTEMD_EXEC_PID) are not passed on.
std::vector<std::string> environment(variables const& own, std::vector<assignment> const& env_files,
                                     bool env_files_win, variables const& type_env,
                                     process_facts const& facts);

// PROCD_PORT_<TYPE>: upper case, '-' as '_'.
std::string port_variable(std::string const& type);

} // namespace procfile
