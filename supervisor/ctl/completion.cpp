// The completion scripts, generated from the table of commands. The scripts ask procd itself for
// the names of processes and types, which takes a millisecond.
#include "supervisor/ctl/command.hpp"

#include <algorithm>

namespace ctl {

namespace {

constexpr std::string_view global_options = "--help --socket --app --json --quiet";

std::string option_words(command const& c)
{
    std::string text(global_options);
    for (auto const& o : c.options)
        text += " " + long_name(o);
    return text;
}

// The shell command that lists the words a command takes; empty when there are none to offer.
std::string word_source(word_kind kind)
{
    std::string processes = "procctl ps -q 2>/dev/null", types = "procctl pts -q 2>/dev/null";
    switch (kind) {
    case word_kind::none:
        return {};
    case word_kind::type:
        return types;
    case word_kind::change:
        return types + " | sed 's/$/=/'";
    case word_kind::process:
        return processes;
    case word_kind::either:
        return types + "; " + processes;
    case word_kind::log: // also of procd itself, and of its router if there is one
        return types + "; " + processes +
               "; procctl status 2>/dev/null | sed -n \"s/^App:.*/system/p; "
               "s/^Router:.*/router/p\"";
    case word_kind::signal:
        return processes + "; echo HUP INT QUIT KILL USR1 USR2 TERM CONT STOP";
    case word_kind::shell:
        return "echo bash zsh fish";
    }
    return {};
}

std::string cases(std::string_view options, std::string_view words)
{
    std::string text;
    for (auto const& c : all_commands()) {
        std::string pattern;
        for (auto const& name : names_of(c))
            pattern += (pattern.empty() ? "" : "|") + name;
        text += "    " + pattern + ")\n";
        text += "        " + std::string(options) + "='" + option_words(c) + "'\n";
        auto const source = word_source(c.words);
        if (!source.empty())
            text += "        " + std::string(words) + "=$(" + source + ")\n";
        text += "        ;;\n";
    }
    return text;
}

std::string all_names()
{
    std::string text;
    for (auto const& c : all_commands())
        for (auto const& name : names_of(c))
            text += (text.empty() ? "" : " ") + name;
    return text;
}

// bash breaks a word such as ps:logs at the colon, so the script splits the line itself.
std::string bash_script()
{
    return R"(_procctl() {
    local line=${COMP_LINE:0:COMP_POINT} options= names= command= current word skip=
    local -a words
    read -ra words <<<"$line"
    case $line in *[[:space:]]) current= ;; *) current=${words[-1]} && unset 'words[-1]' ;; esac
    for word in "${words[@]:1}"; do
        if [[ $skip ]]; then skip=; continue; fi
        case $word in -s|--socket|-a|--app) skip=1 ;; -*) ;; *) command=$word && break ;; esac
    done
    case $command in
    '')
        options='--help --version --socket --app --json --quiet'
        names=')" +
           all_names() + R"('
        ;;
)" + cases("options", "names") +
           R"(    esac
    [[ $current == -* ]] && names=$options
    mapfile -t COMPREPLY < <(compgen -W "$names" -- "$current")
    [[ $command != scale && $command != ps:scale ]] || compopt -o nospace
    if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${current%:*}:"}")
    fi
}
complete -F _procctl procctl
)";
}

std::string zsh_script()
{
    return R"(#compdef procctl
_procctl() {
    local options= names= command= word skip=
    for word in "${(@)words[2,CURRENT-1]}"; do
        if [[ -n $skip ]]; then skip=; continue; fi
        case $word in -s|--socket|-a|--app) skip=1 ;; -*) ;; *) command=$word && break ;; esac
    done
    case $command in
    '')
        options='--help --version --socket --app --json --quiet'
        names=')" +
           all_names() + R"('
        ;;
)" + cases("options", "names") +
           R"(    esac
    [[ $PREFIX == -* ]] && names=$options
    local -a offered=(${=names})
    if [[ $command == scale || $command == ps:scale ]]; then
        compadd -S '' -a offered
    else
        compadd -a offered
    fi
}
if [[ $funcstack[1] == _procctl ]]; then _procctl "$@"; else compdef _procctl procctl; fi
)";
}

std::string fish_quoted(std::string_view text)
{
    std::string out = "'";
    for (char const c : text)
        out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out + "'";
}

std::string fish_option(option const& o)
{
    std::string text;
    for (std::string_view rest = o.names; !rest.empty();) {
        auto const name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        bool const is_long = name.starts_with("--");
        text += (is_long ? " -l " : " -s ") + std::string(name.substr(is_long ? 2 : 1));
    }
    return text + (o.value.empty() ? "" : " -r") + " -d " + fish_quoted(o.help);
}

std::string fish_script()
{
    std::string text = "complete -c procctl -f\n"
                       "complete -c procctl -s s -l socket -rF -d 'control socket'\n"
                       "complete -c procctl -s a -l app -r -d 'the app of /run/procd/NAME'\n"
                       "complete -c procctl -l json -d 'the answer as JSON'\n"
                       "complete -c procctl -s q -l quiet -d 'no progress and no tables'\n"
                       "complete -c procctl -s h -l help -d 'help'\n";
    auto const none = "__fish_is_first_arg";
    for (auto const& c : all_commands()) {
        std::string seen = "__fish_seen_subcommand_from";
        for (auto const& name : names_of(c)) {
            seen += " " + name;
            text += "complete -c procctl -n " + std::string(none) + " -a " + name + " -d " +
                    fish_quoted(c.summary) + "\n";
        }
        for (auto const& o : c.options)
            text += "complete -c procctl -n " + fish_quoted(seen) + fish_option(o) + "\n";
        auto const source = word_source(c.words);
        if (!source.empty())
            text += "complete -c procctl -n " + fish_quoted(seen) + " -a " +
                    fish_quoted("(begin; " + source + "; end | string split ' ')") + "\n";
    }
    return text;
}

} // namespace

std::string completion_script(std::string_view shell)
{
    if (shell == "bash")
        return bash_script();
    if (shell == "zsh")
        return zsh_script();
    if (shell == "fish")
        return fish_script();
    throw failure{exit_usage, "no completions for '" + std::string(shell) +
                                  "'; there are some for bash, zsh and fish"};
}

} // namespace ctl
