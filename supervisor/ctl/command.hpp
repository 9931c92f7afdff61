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

enum class word_kind { none, process, type, either, change, signal, shell };

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
// Finds a command by its name or an alias. An unknown name is a failure with "did you mean".
command const& find_command(std::string_view name);
// The name by which `arguments` knows an option: "--follow".
std::string long_name(option const& o);

std::string completion_script(std::string_view shell);

} // namespace ctl
