#include "supervisor/cli/option_table.hpp"

#include "procfile/diagnostic.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace procd::cli {

using app::options;

namespace {

// A check of an option's value. The message of a wrong value lists the right ones.
auto one_of(std::vector<std::string> values)
{
    return [values = std::move(values)](std::string const& given) {
        if (std::find(values.begin(), values.end(), given) != values.end())
            return std::string();
        std::string list;
        for (auto const& value : values)
            list += (list.empty() ? "" : value == values.back() ? " or " : ", ") + value;
        return "'" + given + "' is not " + list;
    };
}

std::string is_seconds(std::string const& given)
{
    constexpr double most = 1'000'000;
    double seconds = -1;
    auto const* const end = given.data() + given.size();
    auto const [stop, error] = std::from_chars(given.data(), end, seconds);
    bool const fits = error == std::errc{} && stop == end && seconds >= 0 && seconds <= most;
    return fits ? "" : "'" + given + "' is not a number of seconds from 0 to 1000000, e.g. 30";
}

} // namespace

std::string in_our_words(CLI::App const& cli, CLI::ParseError const& e)
{
    std::vector<std::string> names;
    for (auto const* const option : cli.get_options())
        for (auto const& name : option->get_lnames())
            names.push_back("--" + name);
    for (auto const& word : cli.remaining()) {
        auto const name = word.substr(0, word.find('='));
        if (name.starts_with('-'))
            return "no option '" + name + '\'' + procfile::did_you_mean(name, names);
    }
    if (auto const extra = cli.remaining(); !extra.empty())
        return "no word is expected here: '" + extra.front() + '\'';
    std::string const text = e.what();
    auto const name = text.substr(0, text.find_first_of(": "));
    auto const* const option = cli.get_option_no_throw(name);
    if (e.get_name() == "ArgumentMismatch" && option && name.starts_with('-'))
        return "option '" + name + "' " +
               (option->get_items_expected_max() == 0
                    ? std::string("takes no value")
                    : "needs a value: " + option->get_type_name());
    return text;
}

void add_shared(CLI::App& cli, options& o)
{
    cli.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    cli.add_option("-f,--procfile", o.procfile,
                   "Procfile, or its text (default: Procfile in the root)")
        ->type_name("PATH|TEXT");
    cli.add_option("-d,--root", o.root,
                   "the app's root, working directory of every process (default: the Procfile's "
                   "directory)")
        ->type_name("DIR");
    cli.add_option("-e,--env", o.env_files, "env files, later ones win (default: .env)")
        ->type_name("FILE[,FILE]")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->take_all();
    cli.add_option("-x,--except", o.except, "run all but these types")
        ->type_name("TYPE[,TYPE]")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->take_all();
    cli.add_option("-m,-c,--formation,--concurrency", o.formation,
                   "how many of each: all=1,web=2,worker=0")
        ->type_name("SPEC");
    cli.add_option(
           "-p,--port", o.port,
           "base port, or 'auto' for the next free block of 5000, 6000, … (default: PORT of "
           "the env files, $PORT, [app] port, 5000)")
        ->type_name("N|auto");
    cli.add_option("-a,--app", o.app, "the app's name (default: the root directory's)")
        ->type_name("NAME");
    cli.add_option("--config", o.config, "configuration (default: procd.toml in the root)")
        ->type_name("PATH");
}

void add_listen(CLI::App& cli, options& o)
{
    cli.add_option("--listen", o.listen,
                   "one address for all processes of TYPE, or of web: 8080 (loopback), "
                   "0.0.0.0:8080, :8080 (every address), unix:PATH, systemd:NAME; may be repeated")
        ->type_name("[TYPE=]ADDR")
        ->allow_extra_args(false)
        ->take_all();
}

void add_running(CLI::App& cli, options& o)
{
    add_listen(cli, o);
    cli.add_option("-t,--timeout", o.timeout, "from TERM to KILL (default: 30)")
        ->type_name("SECONDS")
        ->check(is_seconds, "");
    cli.add_option("-s,--socket", o.socket, "the control socket (default: .procd/procd.sock)")
        ->type_name("PATH");
    cli.add_option("--color", o.color, "auto, always or never; NO_COLOR is honoured")
        ->type_name("WHEN")
        ->check(one_of({"auto", "always", "never"}), "")
        ->capture_default_str();
    cli.add_option("--log-format", o.log_format, "text, or json: one object a line")
        ->type_name("FMT")
        ->check(one_of({"text", "json"}), "")
        ->capture_default_str();
    cli.add_option("--log-level", o.log_level,
                   "procd's own messages: error, warn, info, or debug, which tells each decision "
                   "with its reason")
        ->type_name("LEVEL")
        ->check(one_of({"error", "warn", "info", "debug"}), "")
        ->capture_default_str();
    cli.add_flag("--no-timestamps", o.no_timestamps, "no time in the prefix");
    cli.add_option("--exit-on", o.exit_on,
                   "end the app when a process ends so: never, failure or any")
        ->type_name("WHEN")
        ->check(one_of({"never", "failure", "any"}), "")
        ->capture_default_str();
    cli.add_option("--restart", o.restart,
                   "always, on-failure or never, for types that set none (default: up: on-failure, "
                   "serve: always)")
        ->type_name("POLICY")
        ->check(one_of({"always", "on-failure", "never"}), "");
}

char const* description(std::string const& verb)
{
    if (verb == "serve")
        return "procd serve: run the app as a service";
    if (verb == "check")
        return "procd check: validate the files and print what would run\n"
               "It exits with 1 when there is an error, a line is skipped, or a process gets no "
               "port; other warnings do not count.";
    if (verb == "run")
        return "procd run: become TYPE's command, or CMD, with the app's environment and limits";
    if (verb == "export")
        return "procd export systemd: print a unit file that runs this app with procd serve\n"
               "procd export caddy|nginx|haproxy: print a site file that passes requests on to its "
               "front port";
    return "procd [up]: run the app of a Procfile in the foreground\n\n"
           "Verbs:\n"
           "  procd [up] [TYPE...]     run the app in the foreground (`start` is `up` too)\n"
           "  procd serve              run it as a service\n"
           "  procd check              validate its files, and print what would run\n"
           "  procd run TYPE|-- CMD    run one command with its environment\n"
           "  procd export systemd     print a unit file\n"
           "  procd export nginx       print a site file (also for caddy and haproxy)\n"
           "procd VERB --help tells more of each. A first word that is no verb is a type: procd "
           "web worker=2.";
}

} // namespace procd::cli
