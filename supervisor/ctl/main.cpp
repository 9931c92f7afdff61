// procctl's command line: global options, the command, and then the options of the command.
#include "procfile/diagnostic.hpp"
#include "supervisor/ctl/command.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/os/extension.hpp"
#include "supervisor/os/standard_streams.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <map>
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
    cli.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    cli.set_help_flag("-h,--help", "this text");
    cli.add_option("-s,--socket", g.socket, "procd's control socket")->type_name("PATH");
    cli.add_option("-a,--app", g.app, "the app of /run/procd/NAME")->type_name("NAME");
    cli.add_flag("--json", g.json, "the answer as JSON");
    cli.add_flag("-q,--quiet", g.quiet,
                 "no progress and no tables; print only the names of a list");
}

// The parser's error in words for people.
std::string in_our_words(CLI::App const& cli, CLI::ParseError const& e)
{
    std::vector<std::string> names;
    for (auto const* const option : cli.get_options())
        for (auto const& name : option->get_lnames())
            names.push_back("--" + name);
    auto const rest = cli.remaining();
    for (auto const& word : rest) {
        auto const name = word.substr(0, word.find('='));
        if (name.starts_with('-'))
            return "no option '" + name + '\'' + procfile::did_you_mean(name, names);
    }
    if (!rest.empty())
        return "no word is expected here: '" + rest.front() + '\'';
    std::string const text = e.what();
    auto const name = text.substr(0, text.find_first_of(": "));
    auto const* const option = cli.get_option_no_throw(name);
    if (e.get_name() == "ArgumentMismatch" && option)
        return "option '" + name + "' " +
               (option->get_items_expected_max() == 0
                    ? std::string("takes no value")
                    : "needs a value: " + option->get_type_name());
    return text;
}

[[noreturn]] void wrong_usage(CLI::App const& cli, CLI::ParseError const& e,
                              std::string const& program)
{
    throw ctl::failure{ctl::exit_usage,
                       in_our_words(cli, e) + "; " + program + " --help says what it takes"};
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
        wrong_usage(cli, e, program);
    }
    if (a.words.size() < c.least || a.words.size() > c.most)
        throw ctl::failure{ctl::exit_usage, ctl::usage_of(c)};
    return a;
}

// Becomes the program procctl-NAME, if PATH has one. -s reaches it as $PROCD_SOCKET.
void become_extension(ctl::globals const& g, std::vector<std::string> words)
{
    constexpr auto plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    if (words.front().find_first_not_of(plain) != std::string::npos)
        return;
    words.front().insert(0, "procctl-");
    std::map<std::string, std::string> variables;
    if (g.socket)
        variables["PROCD_SOCKET"] = *g.socket;
    auto const error = os::become_extension(words, variables);
    if (error != std::errc::no_such_file_or_directory)
        throw ctl::failure{ctl::exit_failed,
                           "cannot run " + words.front() + ": " + error.message()};
}

void run_command(ctl::globals g, std::vector<std::string> words, CLI::App const& cli)
{
    if (words.front() == "version")
        return ctl::print("procctl " PROCD_VERSION "\n");
    bool const help = words.front() == "help";
    if (help && words.size() == 1)
        return ctl::print(cli.help());
    if (help)
        words.erase(words.begin());
    auto const named = ctl::resolve(words);
    if (!named.found && !help)
        become_extension(g, words);
    auto const& command = named.found ? *named.found : ctl::find_command(words.front());
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(named.words));
    if (help)
        words = {"--help"};
    auto const a = parse_arguments(command, g, std::move(words));
    ctl::context c(std::move(g));
    command.run(c, a);
}

void run(int argc, char** argv)
{
    ctl::globals g;
    CLI::App cli{"procctl: look at a running procd, and tell it what to do"};
    cli.name("procctl");
    cli.formatter(std::make_shared<formatter>("procctl [OPTIONS] COMMAND ..."));
    add_globals(cli, g);
    cli.set_version_flag("-v,--version", "procctl " PROCD_VERSION, "the version");
    cli.prefix_command();
    cli.footer(ctl::list_of_commands);
    try {
        cli.parse(argc, argv);
    } catch (CLI::CallForHelp const&) {
        return ctl::print(cli.help());
    } catch (CLI::CallForVersion const& e) {
        return ctl::print(std::string(e.what()) + "\n");
    } catch (CLI::ParseError const& e) {
        wrong_usage(cli, e, "procctl");
    }
    auto words = cli.remaining();
    if (words.empty())
        throw ctl::failure{ctl::exit_usage, "a command is missing; procctl --help lists them"};
    if (words.front().starts_with("-"))
        throw ctl::failure{ctl::exit_usage,
                           "no option '" + words.front() + "'; procctl --help lists them"};
    run_command(std::move(g), std::move(words), cli);
}

} // namespace

int main(int argc, char** argv)
{
    os::open_standard_streams(); // before any other file is opened
    try {
        run(argc, argv);
        return ctl::exit_done;
    } catch (ctl::failure const& f) {
        if (!f.message.empty())
            ctl::print_error("procctl: " + ctl::lines_without_controls(f.message) + "\n");
        return f.code;
    } catch (std::exception const& e) {
        ctl::print_error("procctl: internal error: " + ctl::lines_without_controls(e.what()) +
                         "\n");
        return ctl::exit_failed;
    }
}
