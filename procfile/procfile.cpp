#include "procfile/procfile.hpp"

#include "procfile/text.hpp"

#include <algorithm>
#include <map>

namespace procfile {

namespace {

bool type_char(char c)
{
    return text::is_letter(c) || text::is_digit(c) || c == '_' || c == '-';
}

std::size_t type_end(std::string_view line, std::size_t from)
{
    while (from < line.size() && type_char(line[from]))
        ++from;
    return from;
}

// The reason why a line is not `type: command`, and its offset in the line.
struct misfit {
    std::size_t offset;
    std::string message;
};

misfit explain(std::string_view line)
{
    std::size_t const begin = text::skip_blanks(line);
    std::size_t const end = type_end(line, begin);
    std::size_t const colon = text::skip_blanks(line, end);
    bool const has_colon = end > begin && colon < line.size() && line[colon] == ':';
    std::string const type{line.substr(begin, end - begin)};
    if (has_colon && begin > 0)
        return {0, "blanks before the type '" + type + "'"};
    if (has_colon && colon > end)
        return {end, "blanks between the type '" + type + "' and its ':'"};
    if (has_colon)
        return {line.size(), "no command after '" + type + ":'"};
    // If a colon follows further on, the name most likely has a character that is not allowed in
    // it.
    if (begin == 0 && end < line.size() && line.find(':', end) != std::string_view::npos &&
        line.substr(0, line.find(':')).find_first_of(" \t") == std::string_view::npos)
        return {end, "a type's name is made of letters, digits, '_' and '-'"};
    return {end, "expected 'type: command'"};
}

// The command of a `type: command` line, as Foreman's regular expression `:\s*(.+)$` finds it. When
// everything after the colon is blank, the command is the last blank.
std::string_view command_of(std::string_view line, std::size_t colon)
{
    std::size_t begin = text::skip_blanks(line, colon + 1);
    if (begin == line.size() && begin > colon + 1)
        --begin;
    return line.substr(begin);
}

} // namespace

bool valid_type(std::string_view name)
{
    return !name.empty() && type_end(name, 0) == name.size();
}

parsed_procfile parse(std::string_view text, std::string const& file)
{
    parsed_procfile result;
    std::map<std::string, unsigned, std::less<>> seen;
    unsigned number = 0;
    auto const report = [&](severity level, std::size_t offset, std::string message) {
        result.diagnostics.push_back(
            {level, file, number, static_cast<unsigned>(offset + 1), std::move(message)});
    };
    for (std::string_view const line : text::lines(text)) {
        ++number;
        std::size_t const first = text::skip_blanks(line);
        if (first == line.size() || line[first] == '#')
            continue;
        if (std::size_t const nul = line.find('\0'); nul != std::string_view::npos) {
            report(severity::warning, nul, "a NUL byte; the line is skipped");
            continue;
        }
        std::size_t const colon = type_end(line, 0);
        if (colon == 0 || colon + 1 >= line.size() || line[colon] != ':') {
            misfit const why = explain(line);
            report(severity::warning, why.offset, why.message + "; the line is skipped");
            continue;
        }
        std::string const type{line.substr(0, colon)};
        auto const [earlier, is_new] = seen.emplace(type, number);
        if (!is_new) {
            report(severity::error, 0,
                   "type '" + type + "' is declared twice, first in line " +
                       std::to_string(earlier->second));
            continue;
        }
        std::string_view const command = command_of(line, colon);
        if (text::trim(command).empty())
            report(severity::note, colon + 1, "the command of '" + type + "' is blank");
        result.entries.push_back({type, std::string{command}, number});
    }
    return result;
}

} // namespace procfile
