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

// Tells whether the word names a program for every shell: no quote, expansion, glob, assignment,
// `~`, comment, option or job number.
bool names_program(std::string_view word)
{
    return !word.empty() && std::all_of(word.begin(), word.end(), literal_char) &&
           std::string_view{"-+%"}.find(word.front()) == std::string_view::npos &&
           std::find(std::begin(shell_words), std::end(shell_words), word) == std::end(shell_words);
}

constexpr int deepest = 100; // nested quotes and expansions, which no command has

// The offset behind the quoted text, the expansion or the one byte that begins at `at`.
std::size_t past_part(std::string_view line, std::size_t at, int depth)
{
    char const c = line[at];
    if (depth > deepest)
        return line.size();
    if (c == '\\')
        return std::min(at + 2, line.size());
    if (c == '\'')
        return std::min(line.find('\'', at + 1), line.size() - 1) + 1;
    bool const braces = line.substr(at, 2) == "${";
    if (c != '"' && c != '`' && !braces)
        return at + 1;
    char const close = braces ? '}' : c;
    std::size_t end = at + (braces ? 2 : 1);
    while (end < line.size() && line[end] != close) // in double quotes a ' is a character
        end = c == '"' && line[end] == '\'' ? end + 1 : past_part(line, end, depth + 1);
    return std::min(end + 1, line.size());
}

// The offset of the '#' that begins the comment at the end of a line, or std::string_view::npos.
std::size_t find_comment(std::string_view line)
{
    bool word_begins = true;
    for (std::size_t at = 0; at < line.size();) {
        if (word_begins && line[at] == '#')
            return at;
        word_begins = text::is_blank(line[at]) ||
                      std::string_view{";&|()"}.find(line[at]) != std::string_view::npos;
        at = past_part(line, at, 0);
    }
    return std::string_view::npos;
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

std::string with_arguments(std::string_view line)
{
    std::size_t const comment = find_comment(line);
    if (comment == std::string_view::npos)
        return std::string{line} + " \"$@\"";
    return std::string{line.substr(0, comment)} + "\"$@\" " + std::string{line.substr(comment)};
}

} // namespace procfile
