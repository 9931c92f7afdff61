#include "supervisor/cli/export.hpp"

#include "procfile/text.hpp"
#include "supervisor/app/complain.hpp"
#include "supervisor/cli/export_site.hpp"
#include "supervisor/cli/hardening.hpp"
#include "supervisor/cli/verbs.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/os/file.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

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
    std::string line = systemd_program(facts.procd) + " serve --no-timestamps"; // the journal has
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
    for (auto const& address : given.listen)
        add("--listen", address);
    if (given.timeout)
        add("-t", std::to_string(app.stop_timeout.count() / 1000));
    if (given.config)
        add("--config", absolute(*given.config));
    if (given.restart)
        add("--restart", *given.restart);
    if (given.socket)
        add("-s", absolute(*given.socket));
    app::options const usual;
    if (given.exit_on != usual.exit_on)
        add("--exit-on", given.exit_on);
    if (given.log_format != usual.log_format)
        add("--log-format", given.log_format);
    if (given.log_level != usual.log_level)
        add("--log-level", given.log_level);
    if (given.color != usual.color)
        add("--color", given.color);
    return line;
}

// The command for ExecReload. It waits until the new release is up and fails when it does not come
// up, which a signal cannot do.
std::string reload_command(app::options const& given, app::application const& app,
                           unit_facts const& facts)
{
    auto const directory = facts.procd.substr(0, facts.procd.rfind('/'));
    auto const socket = given.socket ? systemd_quoted(absolute(*given.socket))
                                     : "%t/procd/" + app.name + "/procd.sock";
    return systemd_program(directory + "/procctl") + " -q -s " + socket + " reload";
}

// The line of the working directory. systemd takes a path to the end of the line as it is. A path
// that cannot stand there is left out: procd goes to its root by itself.
std::string directory_line(std::string const& root)
{
    return plain_for_systemd(root) ? "WorkingDirectory=" + percent_doubled(root) + "\n" : "";
}

hardening_facts facts_of(app::options const& given, app::application const& app,
                         unit_facts const& unit)
{
    hardening_facts facts;
    facts.user_manager = given.user_unit;
    facts.as_root = unit.user.empty();
    constexpr int first_free_port = 1024;
    facts.low_ports = app.base_port < first_free_port;
    facts.home = unit.home;
    for (auto const& type : app.spec.types)
        for (auto const& address : type.settings.front.listen)
            if (address.type == procfile::listen_address::kind::tcp)
                facts.low_ports = facts.low_ports || address.port < first_free_port;
    facts.paths = {root_of(given, app), unit.procd};
    for (auto const& path : {given.procfile, given.config, given.socket})
        if (path && (path == given.socket || os::exists(*path)))
            facts.paths.push_back(absolute(*path));
    for (auto const& file : given.env_files)
        facts.paths.push_back(absolute(file));
    for (auto const& type : app.spec.types)
        for (auto const& address : type.settings.front.listen)
            if (address.type == procfile::listen_address::kind::unix_socket)
                facts.paths.push_back(address.name);
    return facts;
}

// A time in seconds, longer than any process may take to finish its requests and to stop, so that
// procd ends it, not systemd.
long long stop_seconds(app::application const& app)
{
    auto longest = app.stop_timeout;
    std::chrono::milliseconds drain{0};
    for (auto const& type : app.spec.types) {
        longest = std::max(longest, type.settings.stop_timeout.value_or(app.stop_timeout));
        if (type.settings.front.routed())
            drain = std::max(drain, app::drain_of(app, type.settings));
    }
    constexpr long long beyond = 15; // KILL is repeated for ten
    return ((drain + longest).count() + 999) / 1000 + beyond;
}

} // namespace

namespace {

enum class dollar { doubled, kept };

std::string quoted(std::string_view word, dollar how)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "\"";
    while (!word.empty()) {
        char const c = word.front();
        auto const byte = static_cast<unsigned char>(c);
        std::size_t const length = procfile::text::printable_length(word);
        if (c == '"' || c == '\\')
            out += '\\';
        if (c == '%' || (c == '$' && how == dollar::doubled))
            out += c;
        if (length > 0)
            out += word.substr(0, length);
        else
            (out += "\\x", out += digits[byte >> 4], out += digits[byte & 15]);
        word.remove_prefix(length > 0 ? length : 1);
    }
    return out + '"';
}

} // namespace

std::string systemd_quoted(std::string const& word)
{
    return quoted(word, dollar::doubled);
}

std::string systemd_program(std::string const& path)
{
    return quoted(path, dollar::kept);
}

bool plain_for_systemd(std::string const& path)
{
    return procfile::text::visible(path) == path && !path.ends_with('\\') && !path.ends_with(' ');
}

std::string systemd_unit(app::options const& given, app::application const& app,
                         unit_facts const& facts)
{
    auto const name = app.name; // letters, digits, '_', '.' and '-' only
    std::string unit =
        "[Unit]\n"
        "Description=" +
        name + ", run by procd\n" + (given.user_unit ? "" : "After=network.target\n") +
        "# A bad minute does not end the service for good.\n"
        "StartLimitIntervalSec=0\n"
        "\n"
        "[Service]\n"
        "Type=notify\n"
        "ExecStart=" +
        command_of(given, app, facts) +
        "\n"
        "ExecReload=" +
        reload_command(given, app, facts) + "\n" + directory_line(root_of(given, app));
    if (!facts.user.empty() && !given.user_unit)
        unit += "User=" + percent_doubled(facts.user) + "\n";
    unit += "StateDirectory=procd/" + name +
            "\n"
            "StateDirectoryMode=0700\n"
            "RuntimeDirectory=procd/" +
            name +
            "\n"
            "Restart=on-failure\n"
            "RestartSec=5s\n"
            "# A release phase may take long; procd tells when it is ready.\n"
            "TimeoutStartSec=infinity\n"
            "WatchdogSec=30s\n"
            "# procd stops its processes itself; what it cannot, systemd does.\n"
            "KillMode=mixed\n"
            "TimeoutStopSec=" +
            std::to_string(stop_seconds(app)) +
            "s\n"
            "# A cgroup for each process: exact containment, and limits that hold.\n"
            "Delegate=yes\n"
            "# One process out of memory is procd's to restart.\n"
            "OOMPolicy=continue\n" +
            hardening(facts_of(given, app, facts)) +
            "\n"
            "[Install]\n"
            "WantedBy=" +
            (given.user_unit ? "default.target" : "multi-user.target") + "\n";
    return unit;
}

namespace {

int print_unit(app::options const& files, app::loaded const& seen)
{
    auto const self = os::real_path("/proc/self/exe");
    unit_facts facts{self ? *self : "/usr/bin/procd", files.unit_user.value_or(""), ""};
    auto const named = files.unit_user.value_or(std::to_string(os::effective_uid()));
    if (auto const user = os::find_user(named)) {
        facts.user = user->uid != 0 ? user->name : "";
        facts.home = user->home;
    } else if (files.unit_user) {
        app::complain("no user '" + named + "' on this machine", procfile::severity::warning);
    }
    auto const unit = systemd_unit(files, seen.app, facts);
    std::fwrite(unit.data(), 1, unit.size(), stdout);
    return 0;
}

int print_site(web_server server, app::loaded const& seen)
{
    auto const site = site_file(server, seen.app);
    if (!site) {
        app::complain("export: " + site.error());
        return app::exit_failure;
    }
    std::fwrite(site->data(), 1, site->size(), stdout);
    return 0;
}

// systemd's own rule for the name of a user, less strictly: a name or a number, and nothing that
// ends the line.
bool names_user(std::string const& text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c > ' ' && c != 0x7f && c != '/' && c != ':';
    });
}

} // namespace

std::string wrong_target(std::vector<std::string> const& words)
{
    std::vector<std::string> const known{"systemd", "caddy", "nginx", "haproxy"};
    std::string const all = "procd export systemd, caddy, nginx or haproxy";
    if (words.empty())
        return "say for what: " + all;
    auto const& target = words.front();
    if (std::find(known.begin(), known.end(), target) == known.end())
        return "nothing is known for '" + target + '\'' + procfile::did_you_mean(target, known) +
               "; there are " + all;
    return words.size() == 1 ? ""
                             : "no word is expected behind '" + target + "': '" + words[1] + '\'';
}

int export_app(app::options const& given)
{
    if (auto const wrong = wrong_target(given.words); !wrong.empty()) {
        app::complain("export: " + wrong);
        return app::exit_usage;
    }
    auto const server = web_server_of(given.words.front());
    if (given.unit_user && !names_user(*given.unit_user)) {
        app::complain("export: --user takes a user's name, e.g. --user deploy");
        return app::exit_usage;
    }
    auto files = given;
    files.words.clear();
    if (!files.root && !files.procfile)
        files.root = os::logical_directory(); // a link in it is followed at each reload
    auto const seen = app::load_or_complain(files, app::verb::serve);
    if (!seen)
        return seen.error();
    return server ? print_site(*server, *seen) : print_unit(files, *seen);
}

} // namespace procd::cli
