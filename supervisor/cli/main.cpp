// The command line of procd.
#include "supervisor/app/complain.hpp"
#include "supervisor/app/options.hpp"
#include "supervisor/cli/command_line.hpp"
#include "supervisor/cli/option_table.hpp"
#include "supervisor/cli/verbs.hpp"
#include "supervisor/daemon/run_app.hpp"
#include "supervisor/front/run_router.hpp"
#include "supervisor/os/standard_streams.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace procd::cli {

namespace {

using app::options;

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
        add_listen(cli, o);
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
