// The commands by what people do with them.
#include "supervisor/ctl/command.hpp"

#include <algorithm>

namespace ctl {

std::span<command_group const> command_groups()
{
    static std::vector<command_group> const groups{
        {"See what runs",
         {"ps", "ps:logs", "ps:describe", "pts", "pts:describe", "events", "status"}},
        {"Change how many there are",
         {"scale", "autoscale:set", "autoscale:list", "autoscale:unset", "autoscale:explain"}},
        {"Restart, stop and start",
         {"pts:restart", "ps:stop", "ps:start", "ps:delete", "ps:signal", "wait"}},
        {"Let requests through or hold them",
         {"routing", "routing:pause", "routing:resume", "routing:disable", "routing:enable"}},
        {"Take up changes", {"reload", "releases", "releases:info", "releases:rollback"}},
        {"Set limits and probes",
         {"limits:set", "limits:list", "limits:unset", "healthchecks:set", "healthchecks:list",
          "healthchecks:unset"}},
        {"Work inside a process", {"ps:exec"}},
        {"End it", {"shutdown"}},
        {"Set up the shell", {"completion"}},
    };
    return groups;
}

std::string list_of_commands()
{
    constexpr std::size_t width = 36;
    std::string text;
    for (auto const& group : command_groups()) {
        text += std::string(group.title) + ":\n";
        for (auto const& name : group.names) {
            auto const& c = find_command(name);
            std::string names;
            for (auto const& known : names_of(c))
                names += (names.empty() ? "" : ", ") + known;
            names.resize(std::max(names.size() + 2, width), ' ');
            text += "  " + names + std::string(c.summary) + "\n";
        }
        text += "\n";
    }
    return text + "Both `ps:logs` and `ps logs` are taken. procctl COMMAND --help tells more of "
                  "each. NAME is a\nprocess (web.1) or a type (web: all of it). A program "
                  "procctl-NAME in PATH is `procctl NAME`.\n"
                  "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no such process or type, 4 no "
                  "procd answers.";
}

} // namespace ctl
