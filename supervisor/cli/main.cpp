// The command line of procd.
#include "procfile/diagnostic.hpp"
#include "supervisor/app/complain.hpp"
#include "supervisor/app/options.hpp"
#include "supervisor/cli/verbs.hpp"
#include "supervisor/daemon/run_app.hpp"
#include "supervisor/front/run_router.hpp"
#include "supervisor/os/standard_streams.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace procd::cli {

namespace {

using app::options;

constexpr std::array<std::string_view, 5> verbs{"up", "serve", "check", "run", "export"};
// The words that mean a verb too: Foreman's `start`, and the long forms of --help and --version.
constexpr std::array<std::string_view, 3> other_verbs{"start", "help", "version"};
// Options that take a value in the next word. Any other word without a dash is the verb or a type.
constexpr std::array<std::string_view, 27> valued{
    "-f",        "--procfile", "-d",       "--root",      "-e",           "--env",
    "-x",        "--except",   "-m",       "--formation", "-c",           "--concurrency",
    "-p",        "--port",     "-t",       "--timeout",   "-s",           "--socket",
    "-a",        "--app",      "--config", "--color",     "--log-format", "--log-level",
    "--exit-on", "--restart",  "--listen"};

struct command_line {
    std::string verb = "up";
    bool verb_is_implied = true;
    std::vector<std::string> before;  // options and types
    std::vector<std::string> command; // run: TYPE or CMD, and its arguments
    bool after_dashes = false;
};

bool is_one_of(auto const& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Splits the command line. The verb is the first word that is neither an option nor the value of
// one. `run` takes everything from its first word on unchanged.
command_line split(int argc, char** argv)
{
    command_line line;
    bool verb_seen = false, value_next = false;
    for (int i = 1; i < argc; ++i) {
        std::string const word = argv[i];
        bool const option = !value_next && word.size() > 1 && word.front() == '-';
        if (value_next || (option && word != "--")) {
            value_next = option && is_one_of(valued, word);
            line.before.push_back(word);
        } else if (!verb_seen && word != "--") {
            verb_seen = true;
            line.verb_is_implied = !is_one_of(verbs, word) && !is_one_of(other_verbs, word);
            if (line.verb_is_implied)
                line.before.push_back(word);
            else
                line.verb = word == "start" ? "up" : word;
        } else if (line.verb == "run") {
            line.after_dashes = word == "--";
            line.command.assign(argv + i + (line.after_dashes ? 1 : 0), argv + argc);
            break;
        } else {
            line.before.push_back(word);
        }
    }
    return line;
}

// A check of an option's value. The message of a wrong value lists the right ones.
auto one_of(std::vector<std::string> values)
{
    return [values = std::move(values)](std::string const& given) {
        if (is_one_of(values, given))
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

// The parser's error in words for people.
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

void add_running(CLI::App& cli, options& o)
{
    cli.add_option("--listen", o.listen,
                   "one address for all processes of TYPE, or of web: 8080 (loopback), "
                   "0.0.0.0:8080, :8080 (every address), unix:PATH, systemd:NAME; may be repeated")
        ->type_name("[TYPE=]ADDR")
        ->allow_extra_args(false)
        ->take_all();
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
        return "procd check: validate the files and print what would run";
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

// `procd help [VERB]` and `procd version` are `procd [VERB] --help` and `procd --version`.
command_line without_long_forms(command_line line)
{
    if (line.verb == "version") {
        line.verb = "up";
        line.before = {"--version"};
    } else if (line.verb == "help") {
        bool const of_verb = !line.before.empty() && is_one_of(verbs, line.before.back());
        line.verb = of_verb ? line.before.back() : "up";
        line.before = {"--help"};
    }
    return line;
}

// Takes the NAME of `--user NAME` and `--user=NAME` off the words of `export`. Without a NAME the
// option is a flag.
std::optional<std::string> take_user(std::vector<std::string>& words)
{
    constexpr std::string_view option = "--user", with_value = "--user=";
    for (auto word = words.begin(); word != words.end(); ++word) {
        if (word->starts_with(with_value)) {
            auto name = word->substr(with_value.size());
            words.erase(word);
            return name;
        }
        auto const next = word + 1;
        if (*word != option || next == words.end() || next->starts_with('-') || *next == "systemd")
            continue;
        auto name = *next;
        words.erase(word, next + 1);
        return name;
    }
    return std::nullopt;
}

int parse_and_run(command_line line)
{
    options o;
    CLI::App cli{description(line.verb)};
    cli.name("procd" + (line.verb == "up" ? "" : ' ' + line.verb));
    cli.set_version_flag("-v,--version", "procd " PROCD_VERSION, "the version");
    cli.set_help_flag("-h,--help", "this text");
    add_shared(cli, o);
    if (line.verb == "up" || line.verb == "serve") {
        add_running(cli, o);
        cli.add_option("TYPE", o.words, "run these types alone");
    }
    if (line.verb == "up") {
        cli.add_flag("-D,--daemonize", o.daemonize,
                     "run in the background; prints how to reach it");
        cli.add_flag("--watch", o.watch,
                     "reload when the Procfile, an env file or procd.toml changes");
    }
    if (line.verb == "check") {
        cli.add_flag("--json", o.json, "the whole plan as one JSON object");
        cli.add_flag("--show-env", o.show_env, "show the values of the env files' variables");
    }
    if (line.verb == "export") {
        add_running(cli, o);
        cli.add_option("WHAT", o.words, "systemd, caddy, nginx or haproxy");
        cli.add_flag("--user", o.user_unit,
                     "for systemctl --user; with a NAME behind it the unit runs as that user");
    }
    if (line.verb == "export")
        o.unit_user = take_user(line.before);
    if (line.verb == "run")
        cli.footer("After the options: TYPE [ARG ...], or -- CMD [ARG ...].");
    try {
        std::reverse(line.before.begin(), line.before.end());
        cli.parse(line.before);
    } catch (CLI::ParseError const& e) {
        if (e.get_exit_code() == 0)
            return cli.exit(e);
        app::complain(in_our_words(cli, e) + "; procd" +
                      (line.verb == "up" ? "" : ' ' + line.verb) + " --help lists the options");
        return app::exit_usage;
    }
    bool const blank = o.formation && o.formation->find_first_not_of(" \t") == std::string::npos;
    if (blank)
        o.formation.reset(); // an empty -m is as if it were not given
    o.verb_is_implied = line.verb_is_implied;
    if (line.verb == "check")
        return check(o);
    if (line.verb == "export")
        return export_app(o);
    if (line.verb == "run") {
        o.words = line.command;
        o.words_are_command = line.after_dashes;
        return run_command(o);
    }
    o.passed = std::make_shared<std::vector<os::passed_socket> const>(os::take_passed_sockets());
    return daemon::run_app(o, line.verb == "up" ? app::verb::up : app::verb::serve);
}

// An exception that can be caught nowhere ends procd here. There may be no memory for the words.
[[noreturn]] void end_in_words() noexcept
{
    char const* words = "terminated";
    try {
        if (std::current_exception())
            throw;
    } catch (std::exception const& e) {
        words = e.what();
    } catch (...) {
        words = "unknown exception";
    }
    std::fprintf(stderr, "procd: internal error: %s\n", words);
    std::abort();
}

} // namespace

} // namespace procd::cli

int main(int argc, char** argv)
{
    std::set_terminate(procd::cli::end_in_words);
    os::open_standard_streams(); // before any other file is opened
    try {
        using namespace procd::cli;
        if (argc == 2 && std::string_view(argv[1]) == procd::front::router_option)
            return procd::front::run_router();
        return parse_and_run(without_long_forms(split(argc, argv)));
    } catch (std::exception const& e) {
        procd::app::complain(std::string("internal error: ") + e.what());
        return procd::app::exit_failure;
    }
}
