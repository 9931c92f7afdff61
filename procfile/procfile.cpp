#include "procfile/procfile.hpp"

#include "procfile/text.hpp"

#include <algorithm>
#include <utility>

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
    if (auto const blank = text::false_blank_at(line, begin == end ? begin : end))
        return {begin == end ? begin : end, std::string{blank->name} + " stands here"};
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

// Reads the lines of a Procfile one after the other.
class procfile_reader {
public:
    explicit procfile_reader(std::string const& file) : file_(file) {}
    void read_line(std::string_view line);
    parsed_procfile result() { return std::move(result_); }

private:
    void report(severity level, std::size_t offset, std::string message)
    {
        result_.diagnostics.push_back(
            {level, file_, number_, static_cast<unsigned>(offset + 1), std::move(message)});
    }
    void skip(misfit const& why)
    {
        report(severity::warning, why.offset, why.message + "; the line is skipped");
        result_.diagnostics.back().lost = true;
        ++result_.skipped;
    }
    void forget_earlier(std::string const& type);
    void check_command(std::string const& type, std::string_view line, std::string_view command);

    std::string const& file_;
    unsigned number_ = 0;
    parsed_procfile result_;
};

void procfile_reader::read_line(std::string_view line)
{
    ++number_;
    std::size_t const first = text::skip_blanks(line);
    if (first == line.size() || line[first] == '#')
        return;
    if (std::size_t const nul = line.find('\0'); nul != std::string_view::npos)
        return skip({nul, "a NUL byte"});
    std::size_t const colon = type_end(line, 0);
    if (colon == 0 || colon + 1 >= line.size() || line[colon] != ':')
        return skip(explain(line));
    std::string const type{line.substr(0, colon)};
    forget_earlier(type);
    std::string_view const command = command_of(line, colon);
    check_command(type, line, command);
    result_.entries.push_back({type, std::string{command}, number_});
}

void procfile_reader::forget_earlier(std::string const& type)
{
    auto const earlier = std::find_if(result_.entries.begin(), result_.entries.end(),
                                      [&](entry const& e) { return e.type == type; });
    if (earlier == result_.entries.end())
        return;
    std::string message = "type '" + type + "' is declared twice, in lines " +
                          std::to_string(earlier->line) + " and " + std::to_string(number_) +
                          "; the last one counts";
    if (type == "release")
        message += " (to run both, write one line: release: a && b)";
    report(severity::warning, 0, std::move(message));
    result_.diagnostics.back().lost = true;
    result_.entries.erase(earlier);
}

void procfile_reader::check_command(std::string const& type, std::string_view line,
                                    std::string_view command)
{
    auto const offset = static_cast<std::size_t>(command.data() - line.data());
    if (text::trim(command).empty())
        report(severity::note, type.size() + 1, "the command of '" + type + "' is blank");
    std::size_t const blank = text::find_false_blank(command);
    if (blank != std::string_view::npos) {
        auto const name = std::string{text::false_blank_at(command, blank)->name};
        bool const leads = blank == 0;
        report(leads ? severity::warning : severity::note, offset + blank,
               name + (leads ? " begins the command; the shell takes it for a part of the first "
                               "word, so write a plain blank"
                             : " stands in the command; to the shell it is no blank"));
    }
    if (command.ends_with('\\'))
        report(severity::warning, offset + command.size() - 1,
               "a '\\' at a line's end joins no lines here; write the command in one line");
}

} // namespace

bool only_release(parsed_procfile const& parsed)
{
    return !parsed.entries.empty() &&
           std::all_of(parsed.entries.begin(), parsed.entries.end(),
                       [](entry const& e) { return e.type == "release"; });
}

bool valid_type(std::string_view name)
{
    return !name.empty() && type_end(name, 0) == name.size();
}

parsed_procfile parse(std::string_view text, std::string const& file)
{
    if (text::is_utf16(text)) {
        parsed_procfile none;
        none.diagnostics.push_back({severity::error, file, 0, 0, "is in UTF-16; save it as UTF-8"});
        return none;
    }
    procfile_reader lines{file};
    for (std::string_view const line : text::lines(text))
        lines.read_line(line);
    return lines.result();
}

} // namespace procfile
