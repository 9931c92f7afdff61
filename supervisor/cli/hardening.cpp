#include "supervisor/cli/hardening.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace procd::cli {

namespace {

bool is_below(std::string_view path, std::initializer_list<std::string_view> directories)
{
    return std::any_of(directories.begin(), directories.end(), [&](std::string_view directory) {
        return path == directory ||
               (path.starts_with(directory) && path.substr(directory.size()).starts_with('/'));
    });
}

bool any_below(std::vector<std::string> const& paths,
               std::initializer_list<std::string_view> directories)
{
    return std::any_of(paths.begin(), paths.end(),
                       [&](auto const& path) { return is_below(path, directories); });
}

// Homes hold version managers and caches, so the user's own stays visible.
std::string home_protection(hardening_facts const& facts)
{
    if (any_below(facts.paths, {"/home", "/root", "/run/user"}))
        return "";
    bool const elsewhere =
        !facts.home.empty() && !is_below(facts.home, {"/home", "/root", "/run/user"});
    return elsewhere ? "ProtectHome=yes\n" : "ProtectHome=read-only\n";
}

std::string capabilities(hardening_facts const& facts)
{
    // Root's procd changes to the `user` of a type, and looks after the processes of all users.
    if (facts.as_root)
        return "CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL "
               "CAP_NET_BIND_SERVICE CAP_SETGID CAP_SETUID CAP_SYS_PTRACE CAP_SYS_RESOURCE\n";
    std::string const kept = facts.low_ports ? "CAP_NET_BIND_SERVICE" : "";
    return "CapabilityBoundingSet=" + kept + "\nAmbientCapabilities=" + kept + "\nRemoveIPC=yes\n";
}

// These are seccomp filters, which a user's own manager can set up as well.
constexpr char const* filters = "NoNewPrivileges=yes\n"
                                "LockPersonality=yes\n"
                                "RestrictNamespaces=yes\n"
                                "RestrictRealtime=yes\n"
                                "RestrictSUIDSGID=yes\n"
                                "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK\n"
                                "SystemCallArchitectures=native\n"
                                "SystemCallFilter=@system-service\n"
                                "SystemCallErrorNumber=EPERM\n";

} // namespace

std::string hardening(hardening_facts const& facts)
{
    std::string lines = "# Taken from the app; delete a line that it cannot live with.\n"
                        "# ProtectControlGroups= is not among them, because procd needs its "
                        "cgroup.\n";
    lines += filters;
    if (facts.user_manager)
        return lines;
    lines += "PrivateDevices=yes\n"
             "ProtectClock=yes\n"
             "ProtectHostname=yes\n"
             "ProtectKernelLogs=yes\n"
             "ProtectKernelModules=yes\n"
             "ProtectKernelTunables=yes\n"
             "ProtectProc=invisible\n";
    if (!any_below(facts.paths, {"/tmp", "/var/tmp"}))
        lines += "PrivateTmp=yes\n";
    if (!any_below({facts.paths.begin(), std::min(facts.paths.begin() + 1, facts.paths.end())},
                   {"/usr", "/etc", "/boot", "/efi"}))
        lines += "ProtectSystem=full\n";
    return lines + home_protection(facts) + capabilities(facts);
}

} // namespace procd::cli
