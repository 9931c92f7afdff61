// What a command of procctl is: its name, what it takes, and what it does. The command line, the
// help and the completions are all made of this.
#pragma once

#include "supervisor/ctl/client.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ctl {

// What stands before or after any command.
struct globals {
    std::optional<std::string> socket, app;
    bool json = false;
    bool quiet = false;
};

// What a command was given.
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

// procd, connected to when first asked for.
class context {
public:
    explicit context(globals options) : options_(std::move(options)) {}
    globals const& options() const { return options_; }
    bool silent() const { return options_.json || options_.quiet; }
    client& procd();
    // The app's name, for what is said of it.
    std::string app();

private:
    globals options_;
    std::optional<client> client_;
};

struct option {
    std::string_view names; // "-f,--follow"; the last is how `arguments` knows it
    std::string_view value; // "N"; empty: a flag
    std::string_view help;
};

enum class word_kind { none, process, type, either, change, signal, shell };

struct command {
    std::string_view name;
    std::vector<std::string_view> aliases;
    std::string_view usage; // "NAME..."
    std::string_view summary;
    std::size_t least = 0, most = 0; // words
    word_kind words = word_kind::none;
    std::vector<option> options = {};
    void (*run)(context&, arguments const&) = nullptr;
};

std::span<command const> all_commands();
// The name and the aliases.
std::vector<std::string> names_of(command const& c);
// By name or alias; a failure with "did you mean" when there is none.
command const& find_command(std::string_view name);
// The name of an option in `arguments`: "--follow".
std::string long_name(option const& o);

std::string completion_script(std::string_view shell);

} // namespace ctl
