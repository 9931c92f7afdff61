#include "supervisor/cli/command_line.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace procd::cli {

namespace {

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

bool is_one_of(auto const& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace

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

} // namespace procd::cli
