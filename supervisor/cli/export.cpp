#include "supervisor/cli/export.hpp"

#include "supervisor/app/complain.hpp"
#include "supervisor/cli/verbs.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/os/file.hpp"

#include <algorithm>
#include <cstdio>

namespace procd::cli {

namespace {

std::string absolute(std::string const& path)
{
    return path.starts_with('/') ? path : os::current_directory() + '/' + path;
}

// Specifiers of systemd begin with %.
std::string percent_doubled(std::string const& text)
{
    std::string out;
    for (char const c : text)
        out += c == '%' ? "%%" : std::string(1, c);
    return out;
}

// The root as the unit names it. The link `current` stays, so that a reload follows it.
std::string root_of(app::options const& given, app::application const& app)
{
    if (given.root)
        return absolute(*given.root);
    return app.by_current_link ? app.home + "/current" : app.root;
}

// The command line that was given, without the options that the unit sets itself.
std::string command_of(app::options const& given, app::application const& app,
                       unit_facts const& facts)
{
    std::string line = systemd_quoted(facts.procd) + " serve --no-timestamps"; // the journal has
    auto const add = [&](char const* option, std::string const& value) {
        line += std::string(" ") + option + ' ' + systemd_quoted(value);
    };
    add("-a", app.name);
    add("-d", root_of(given, app));
    if (given.procfile)
        add("-f", os::exists(*given.procfile) ? absolute(*given.procfile) : *given.procfile);
    for (auto const& file : given.env_files)
        add("-e", absolute(file));
    for (auto const& type : given.except)
        add("-x", type);
    if (given.formation)
        add("-m", *given.formation);
    if (given.port)
        add("-p", *given.port);
    if (given.timeout)
        add("-t", std::to_string(app.stop_timeout.count() / 1000));
    if (given.config)
        add("--config", absolute(*given.config));
    if (given.restart)
        add("--restart", *given.restart);
    return line;
}

// The command for ExecReload. It waits until the new release is up and fails when it does not come
// up, which a signal cannot do.
std::string reload_command(app::application const& app, unit_facts const& facts)
{
    auto const directory = facts.procd.substr(0, facts.procd.rfind('/'));
    return systemd_quoted(directory + "/procctl") + " -q -s %t/procd/" + app.name +
           "/procd.sock reload";
}

// A time in seconds, longer than any process may take to stop, so that procd ends it, not systemd.
long long stop_seconds(app::application const& app)
{
    auto longest = app.stop_timeout;
    for (auto const& type : app.spec.types)
        longest = std::max(longest, type.settings.stop_timeout.value_or(app.stop_timeout));
    constexpr long long beyond = 15; // KILL is repeated for ten
    return (longest.count() + 999) / 1000 + beyond;
}

} // namespace

std::string systemd_quoted(std::string const& word)
{
    std::string out = "\"";
    for (char const c : word) {
        if (c == '"' || c == '\\')
            out += '\\';
        if (c == '%' || c == '$')
            out += c;
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out + '"';
}

std::string systemd_unit(app::options const& given, app::application const& app,
                         unit_facts const& facts)
{
    auto const name = app.name; // letters, digits, '_', '.' and '-' only
    std::string unit = "[Unit]\n"
                       "Description=" +
                       name + ", run by procd\n" +
                       (given.user_unit ? "" : "After=network.target\n") +
                       "\n"
                       "[Service]\n"
                       "Type=notify\n"
                       "ExecStart=" +
                       command_of(given, app, facts) +
                       "\n"
                       "ExecReload=" +
                       reload_command(app, facts) +
                       "\n"
                       "WorkingDirectory=" +
                       percent_doubled(root_of(given, app)) + "\n";
    if (!facts.user.empty() && !given.user_unit)
        unit += "User=" + percent_doubled(facts.user) + "\n";
    unit += "StateDirectory=procd/" + name +
            "\n"
            "StateDirectoryMode=0700\n"
            "RuntimeDirectory=procd/" +
            name +
            "\n"
            "Restart=on-failure\n"
            "WatchdogSec=30s\n"
            "# procd stops its processes itself; what it cannot, systemd does.\n"
            "KillMode=mixed\n"
            "TimeoutStopSec=" +
            std::to_string(stop_seconds(app)) +
            "s\n"
            "# A cgroup for each process: exact containment, and limits that hold.\n"
            "Delegate=yes\n"
            "# One process out of memory is procd's to restart.\n"
            "OOMPolicy=continue\n"
            "\n"
            "[Install]\n"
            "WantedBy=" +
            (given.user_unit ? "default.target" : "multi-user.target") + "\n";
    return unit;
}

int export_app(app::options const& given)
{
    if (given.words.size() != 1 || given.words.front() != "systemd") {
        app::complain("export: say for what: procd export systemd");
        return app::exit_usage;
    }
    auto files = given;
    files.words.clear();
    if (!files.root && !files.procfile)
        files.root = os::logical_directory(); // a link in it is followed at each reload
    auto const seen = app::load_or_complain(files, app::verb::serve);
    if (!seen)
        return seen.error();
    auto const self = os::real_path("/proc/self/exe");
    unit_facts facts{self ? *self : "/usr/bin/procd", ""};
    if (auto const user = os::find_user(std::to_string(os::effective_uid()));
        user && os::effective_uid() != 0)
        facts.user = user->name;
    auto const unit = systemd_unit(files, seen->app, facts);
    std::fwrite(unit.data(), 1, unit.size(), stdout);
    return 0;
}

} // namespace procd::cli
