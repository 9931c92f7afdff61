// Reads a Dockerfile as far as procd needs it. The form is that of Docker's reference page.
//
// 1. The parser directives at the very top may change the escape character from '\' to '`'.
// 2. A line that ends with the escape character goes on in the next line. Comments and blank lines
//    between the parts of one instruction are skipped.
// 3. The joined line is split into the keyword and its arguments.
// 4. RUN, COPY and ADD may begin here-documents. The lines up to their closing words are skipped.
//
// ENV has its own rules for words, which word_reader implements: quotes, escapes, and an old form
// in which the value is the rest of the line.
#include "procfile/dockerfile.hpp"

#include "procfile/env_file.hpp"
#include "procfile/text.hpp"

#include <algorithm>

namespace procfile {

namespace {

using lines_t = std::vector<std::string_view>;

bool is_comment(std::string_view line)
{
    return text::trim(line).substr(0, 1) == "#";
}

// The escape character: '`' if a directive `# escape=` says so, otherwise '\'. Directives stand
// before everything else, and the first line that is none ends the search.
char escape_of(lines_t const& lines)
{
    for (std::string_view const line : lines) {
        if (!is_comment(line))
            break;
        std::string_view const directive = text::trim(text::trim(line).substr(1));
        std::size_t const equals = directive.find('=');
        if (equals == std::string_view::npos)
            break;
        std::string_view const value = text::trim(directive.substr(equals + 1));
        if (text::trim(directive.substr(0, equals)) == "escape" && value == "`")
            return '`';
    }
    return '\\';
}

// The word that closes the here-document which `word` begins (`<<EOF` or `3<<-"EOF"`). Empty when
// `word` begins no here-document.
std::string_view heredoc_end(std::string_view word)
{
    while (!word.empty() && text::is_digit(word.front()))
        word.remove_prefix(1);
    if (word.substr(0, 2) != "<<")
        return {};
    word.remove_prefix(word.substr(2, 1) == "-" ? 3 : 2);
    if (word.size() > 2 && (word.front() == '"' || word.front() == '\'') &&
        word.back() == word.front())
        word = word.substr(1, word.size() - 2);
    return valid_key(word) ? word : std::string_view{};
}

// The index of the first line after the here-documents of an instruction. The instruction's own
// lines end before `next`. A here-document that is never closed counts as ordinary text.
std::size_t after_heredocs(lines_t const& lines, std::size_t next, instruction const& in)
{
    if (in.keyword != "RUN" && in.keyword != "COPY" && in.keyword != "ADD")
        return next;
    std::string_view rest = in.arguments;
    while (!rest.empty()) {
        std::size_t const end = std::min(rest.find_first_of(" \t"), rest.size());
        std::string_view const closing = heredoc_end(rest.substr(0, end));
        rest.remove_prefix(text::skip_blanks(rest, end));
        if (closing.empty())
            continue;
        auto const from = lines.begin() + static_cast<std::ptrdiff_t>(next);
        auto const found = std::find_if(
            from, lines.end(), [&](std::string_view l) { return text::trim(l) == closing; });
        if (found != lines.end())
            next = static_cast<std::size_t>(found - lines.begin()) + 1;
    }
    return next;
}

instruction split(std::string const& whole, unsigned line)
{
    std::string_view const text = text::trim(whole);
    std::size_t const end = std::min(text.find_first_of(" \t"), text.size());
    instruction in{{}, std::string{text::trim(text.substr(end))}, line};
    for (char const c : text.substr(0, end))
        in.keyword += text::to_upper(c);
    return in;
}

// Takes the words of an ENV instruction one after the other.
class word_reader {
public:
    explicit word_reader(std::string_view text) : text_(text) {}

    bool done()
    {
        at_ = text::skip_blanks(text_, at_);
        return at_ == text_.size();
    }
    // The next word without its quotes. It ends at a blank that is neither quoted nor escaped.
    std::string next() { return read(ends::at_a_blank); }
    // All the rest, without its quotes.
    std::string rest() { return read(ends::with_the_text); }

private:
    enum class ends { at_a_blank, with_the_text };
    std::string read(ends where);

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string word_reader::read(ends where)
{
    std::string word;
    char quote = '\0';
    for (; at_ < text_.size(); ++at_) {
        char const c = text_[at_];
        bool const escapes = c == '\\' && quote != '\'' && at_ + 1 < text_.size();
        if (escapes) {
            char const escaped = text_[++at_];
            if (quote == '"' && std::string_view{"\"\\$"}.find(escaped) == std::string_view::npos)
                word += '\\';
            word += escaped;
        } else if (quote != '\0' ? c == quote : c == '"' || c == '\'') {
            quote = quote == '\0' ? c : '\0';
        } else if (quote == '\0' && text::is_blank(c) && where == ends::at_a_blank) {
            break;
        } else {
            word += c;
        }
    }
    return word;
}

} // namespace

std::vector<instruction> dockerfile_instructions(std::string_view text)
{
    lines_t const lines = text::lines(text);
    char const escape = escape_of(lines);
    std::vector<instruction> all;
    for (std::size_t i = 0; i < lines.size();) {
        unsigned first = 0;
        std::string whole;
        bool more = true;
        for (; more && i < lines.size(); ++i) {
            std::string_view line = lines[i];
            std::string_view const trimmed = text::trim(line);
            if (is_comment(line) || (trimmed.empty() && !whole.empty()))
                continue;
            first = first == 0 ? static_cast<unsigned>(i + 1) : first;
            more = !trimmed.empty() && trimmed.back() == escape;
            if (more) // the escape character is the last byte that is not a blank
                line = line.substr(0, line.rfind(escape));
            whole += line;
        }
        if (text::trim(whole).empty())
            continue;
        all.push_back(split(whole, first));
        i = after_heredocs(lines, i, all.back());
    }
    return all;
}

std::vector<std::pair<std::string, std::string>> dockerfile_env(std::string_view arguments)
{
    std::vector<std::pair<std::string, std::string>> variables;
    auto const put = [&](std::string key, std::string value) {
        if (valid_key(key) && value.find('\0') == std::string::npos)
            variables.emplace_back(std::move(key), std::move(value));
    };
    std::size_t const first_end = std::min(arguments.find_first_of(" \t"), arguments.size());
    if (arguments.substr(0, first_end).find('=') == std::string_view::npos) {
        word_reader value{text::trim(arguments.substr(first_end))};
        put(std::string{arguments.substr(0, first_end)}, value.rest());
        return variables;
    }
    word_reader words{arguments};
    while (!words.done()) {
        std::string const word = words.next();
        std::size_t const equals = word.find('=');
        if (equals != std::string::npos)
            put(word.substr(0, equals), word.substr(equals + 1));
    }
    return variables;
}

} // namespace procfile
