// procctl's command line: global options, the command, and then the options of the command.
#include "supervisor/ctl/command.hpp"
#include "supervisor/ctl/output.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

// Prints help with a usage line of our own instead of CLI11's.
class formatter : public CLI::Formatter {
public:
    explicit formatter(std::string usage) : usage_(std::move(usage)) {}
    std::string make_usage(CLI::App const*, std::string) const override
    {
        return "Usage: " + usage_ + "\n";
    }

private:
    std::string usage_;
};

void add_globals(CLI::App& cli, ctl::globals& g)
{
    cli.set_help_flag("-h,--help", "this text");
    cli.add_option("-s,--socket", g.socket, "procd's control socket")->type_name("PATH");
    cli.add_option("-a,--app", g.app, "the app of /run/procd/NAME")->type_name("NAME");
    cli.add_flag("--json", g.json, "the answer as JSON");
    cli.add_flag("-q,--quiet", g.quiet,
                 "no progress and no tables; print only the names of a list");
}

std::string list_of_commands()
{
    constexpr std::size_t width = 24;
    std::string text = "Commands:\n";
    for (auto const& c : ctl::all_commands()) {
        std::string names;
        for (auto const& name : ctl::names_of(c))
            names += (names.empty() ? "" : ", ") + name;
        names.resize(std::max(names.size() + 2, width), ' ');
        text += "  " + names + std::string(c.summary) + "\n";
    }
    return text +
           "\nprocctl COMMAND --help tells more of each. NAME is a process (web.1) or a type "
           "(web: all of it).\n"
           "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no such process or type, 4 no "
           "procd answers.";
}

[[noreturn]] void wrong_usage(CLI::ParseError const& e, std::string const& program)
{
    throw ctl::failure{ctl::exit_usage,
                       std::string(e.what()) + "; " + program + " --help says what it takes"};
}

// Reads the words after the command. The global options may stand there as well.
ctl::arguments parse_arguments(ctl::command const& c, ctl::globals& g,
                               std::vector<std::string> words)
{
    ctl::arguments a;
    auto const program = "procctl " + std::string(c.name);
    CLI::App cli{std::string(c.summary)};
    cli.name(program);
    add_globals(cli, g);
    for (auto const& o : c.options) {
        auto const name = ctl::long_name(o);
        auto const names = std::string(o.names), help = std::string(o.help);
        if (o.value.empty())
            cli.add_flag(names, a.flags[name], help);
        else
            cli.add_option_function<std::string>(
                   names, [&a, name](std::string const& v) { a.values[name] = v; }, help)
                ->type_name(std::string(o.value));
    }
    if (c.most > 0)
        cli.add_option("words", a.words)->group("");
    cli.formatter(std::make_shared<formatter>(program + " [OPTIONS]" +
                                              (c.usage.empty() ? "" : " ") + std::string(c.usage)));
    try {
        std::reverse(words.begin(), words.end());
        cli.parse(std::move(words));
    } catch (CLI::CallForHelp const&) {
        ctl::print(cli.help());
        throw ctl::failure{ctl::exit_done, {}};
    } catch (CLI::ParseError const& e) {
        wrong_usage(e, program);
    }
    if (a.words.size() < c.least || a.words.size() > c.most)
        throw ctl::failure{ctl::exit_usage, "usage: " + program + " " + std::string(c.usage)};
    return a;
}

void run(int argc, char** argv)
{
    ctl::globals g;
    CLI::App cli{"procctl: look at a running procd, and tell it what to do"};
    cli.name("procctl");
    cli.formatter(std::make_shared<formatter>("procctl [OPTIONS] COMMAND ..."));
    add_globals(cli, g);
    cli.set_version_flag("--version", "procctl " PROCD_VERSION);
    cli.prefix_command();
    cli.footer(list_of_commands);
    try {
        cli.parse(argc, argv);
    } catch (CLI::CallForHelp const&) {
        return ctl::print(cli.help());
    } catch (CLI::CallForVersion const& e) {
        return ctl::print(std::string(e.what()) + "\n");
    } catch (CLI::ParseError const& e) {
        wrong_usage(e, "procctl");
    }
    auto words = cli.remaining();
    if (words.empty())
        throw ctl::failure{ctl::exit_usage, "a command is missing; procctl --help lists them"};
    if (words.front().starts_with("-"))
        throw ctl::failure{ctl::exit_usage,
                           "no option '" + words.front() + "'; procctl --help lists them"};
    auto const& command = ctl::find_command(words.front());
    words.erase(words.begin());
    auto const a = parse_arguments(command, g, std::move(words));
    ctl::context c(std::move(g));
    command.run(c, a);
}

} // namespace

int main(int argc, char** argv)
{
    try {
        run(argc, argv);
        return ctl::exit_done;
    } catch (ctl::failure const& f) {
        if (!f.message.empty())
            ctl::print_error("procctl: " + ctl::lines_without_controls(f.message) + "\n");
        return f.code;
    } catch (std::exception const& e) {
        ctl::print_error("procctl: internal error: " + ctl::lines_without_controls(e.what()) + "\n");
        return ctl::exit_failed;
    }
}
