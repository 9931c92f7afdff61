#include "procfile/procfile.hpp"
#include "procfile/text.hpp"

#include <algorithm>
#include <string_view>

namespace procfile {

namespace {

// Words with a meaning of their own in POSIX sh, dash, bash, ksh or busybox: keywords and builtins.
// They cannot have an `exec` in front. After `exec` a keyword is an error, and a builtin becomes
// the program of that name, which may not exist or may differ (echo, printf, test).
constexpr std::string_view shell_words[] = {
    ".",        ":",         "[",        "[[",       "]]",     "alias",   "autoload", "bg",
    "bind",     "break",     "builtin",  "caller",   "case",   "cd",      "chdir",    "command",
    "compgen",  "compopt",   "complete", "continue", "coproc", "declare", "dirs",     "disown",
    "do",       "done",      "echo",     "elif",     "else",   "enable",  "esac",     "eval",
    "exec",     "exit",      "export",   "false",    "fc",     "fg",      "fi",       "for",
    "function", "functions", "getopts",  "hash",     "help",   "hist",    "history",  "if",
    "in",       "integer",   "jobs",     "kill",     "let",    "local",   "logout",   "mapfile",
    "nameref",  "namespace", "newgrp",   "popd",     "print",  "printf",  "pushd",    "pwd",
    "read",     "readarray", "readonly", "repeat",   "return", "select",  "set",      "shift",
    "shopt",    "source",    "stop",     "suspend",  "test",   "then",    "time",     "times",
    "trap",     "true",      "type",     "typeset",  "ulimit", "umask",   "unalias",  "unset",
    "until",    "wait",      "whence",   "while"};

bool literal_char(char c)
{
    return text::is_letter(c) || text::is_digit(c) ||
           std::string_view{"_-./+,:@%"}.find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
}

// Whether the word names a program for every shell: no quote, expansion, glob, assignment, `~`,
// comment, option or job number.
bool names_program(std::string_view word)
{
    return !word.empty() && std::all_of(word.begin(), word.end(), literal_char) &&
           std::string_view{"-+%"}.find(word.front()) == std::string_view::npos &&
           std::find(std::begin(shell_words), std::end(shell_words), word) == std::end(shell_words);
}

} // namespace

std::string shell_line(std::string_view command)
{
    std::size_t const begin = command.find_first_not_of(" \t");
    if (begin == std::string_view::npos ||
        command.find_first_of(";&|(){}<>\n\r") != std::string_view::npos)
        return std::string{command};
    std::size_t const end = command.find_first_of(" \t", begin);
    std::string_view const word =
        command.substr(begin, end == std::string_view::npos ? end : end - begin);
    return names_program(word) ? "exec " + std::string{command} : std::string{command};
}

} // namespace procfile
