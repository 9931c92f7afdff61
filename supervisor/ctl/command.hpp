// A command of procctl: its name, its words and options, and the function that runs it. The command
// line, the help and the completions are all made from this description.
#pragma once

#include "supervisor/ctl/client.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ctl {

// The options that may stand before or after any command.
struct globals {
    std::optional<std::string> socket, app;
    bool json = false;
    bool quiet = false;
};

// The words and options that a command was given.
struct arguments {
    std::vector<std::string> words;
    std::map<std::string, bool, std::less<>> flags;
    std::map<std::string, std::string, std::less<>> values;

    bool flag(std::string_view name) const
    {
        auto const found = flags.find(name);
        return found != flags.end() && found->second;
    }
    std::optional<std::string> value(std::string_view name) const
    {
        auto const found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    }
};

// The surroundings of a command: the global options, and procd, to which the first call of procd()
// connects.
class context {
public:
    explicit context(globals options) : options_(std::move(options)) {}
    globals const& options() const { return options_; }
    bool silent() const { return options_.json || options_.quiet; }
    client& procd();
    // The name of the app, which procd is asked for.
    std::string app();

private:
    globals options_;
    std::optional<client> client_;
};

struct option {
    std::string_view names; // "-f,--follow"; `arguments` knows the option by the last name
    std::string_view value; // "N"; a flag has none
    std::string_view help;
};

enum class word_kind { none, process, type, either, log, change, signal, shell };

struct command {
    std::string_view name;
    std::vector<std::string_view> aliases;
    std::string_view usage; // "NAME..."
    std::string_view summary;
    std::size_t least = 0, most = 0; // how many words the command takes
    word_kind words = word_kind::none;
    std::vector<option> options = {};
    void (*run)(context&, arguments const&) = nullptr;
};

std::span<command const> all_commands();
// The name of a command and its aliases.
std::vector<std::string> names_of(command const& c);
// The command of this name or alias, or null.
command const* look_up(std::string_view name);
// Finds a command by its name or an alias. An unknown name is a failure: the nearest command is
// named, or the line that helps with a word known from other tools.
command const& find_command(std::string_view name);

// The end of a message about a group: "; of routing there are list, pause, resume, disable and
// enable". Empty if there are no commands "GROUP:NAME".
std::string commands_of(std::string_view group);
// "usage: procctl routing [TYPE]", with the commands of the group that the command lists.
std::string usage_of(command const& c);

// A command, and how many words of the command line name it.
struct named_command {
    command const* found = nullptr; // null: there is no such command
    std::size_t words = 1;
};
// Finds the command that the first words name: "ps:logs" or "ps logs". Where a group such as
// `releases` takes no words, a second word that is no command of it is a failure.
named_command resolve(std::span<std::string const> words);
// The name by which `arguments` knows an option: "--follow".
std::string long_name(option const& o);

// Commands that people use for the same purpose.
struct command_group {
    std::string_view title;
    std::vector<std::string_view> names;
};
std::span<command_group const> command_groups();
// The list of all commands by group, for the help.
std::string list_of_commands();

std::string completion_script(std::string_view shell);

} // namespace ctl
