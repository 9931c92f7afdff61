// Reads an env file, line by line:
//
// 1. A blank line or a line that begins with '#' is skipped.
// 2. A leading `export ` is dropped when a name follows.
// 3. A name and '=' are required. The only exception is `export KEY` alone, which has no effect,
//    and which is accepted after the file has set KEY.
// 4. A value without quotes ends at the end of the line or at a comment, and blanks around it are
//    dropped. A value in quotes may span lines. In double quotes, \n, \t and \r are control
//    characters and any other character after a '\' stands for itself. Single quotes have no
//    escapes.
// 5. If text follows the closing quote, Foreman's rule is tried: the outermost two quotes of the
//    line are the quotes of the value, as in 'it's'.
// 6. A quote that is never closed is a character of a value without quotes: a password may begin
//    with one. It gets a warning. A quote that only another value's quote would close, so that more
//    follows behind that one, is never closed either.
//
// A line that fits no rule is reported and skipped. The line after it is then read as a new one.
#include "procfile/env_file.hpp"

#include "procfile/text.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace procfile {

namespace {

constexpr auto npos = std::string_view::npos;

bool key_start(char c)
{
    return text::is_letter(c) || c == '_';
}

bool key_char(char c)
{
    return key_start(c) || text::is_digit(c) || c == '.';
}

// An unquoted value without its comment. A comment begins with a '#' that is the first byte or
// follows a blank.
std::string_view without_comment(std::string_view raw)
{
    for (std::size_t i = 0; i < raw.size(); ++i)
        if (raw[i] == '#' && (i == 0 || text::is_blank(raw[i - 1])))
            return raw.substr(0, i);
    return raw;
}

// Reads the assignments of a file one after the other. A line that fits no rule costs that line
// alone.
class reader {
public:
    reader(std::string_view text, std::string const& file) : file_(file)
    {
        text = text::without_bom(text);
        text_.reserve(text.size());
        for (std::size_t i = 0; i < text.size(); ++i)
            if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n')
                text_ += text[i];
    }

    parsed_env read()
    {
        while (at_ < text_.size()) {
            line_begin_ = at_;
            ++line_;
            read_line();
            for (std::size_t i = line_begin_; i < at_; ++i) // a quoted value may span lines
                line_ += text_[i] == '\n' ? 1U : 0U;
            ++at_; // the newline
        }
        return std::move(result_);
    }

private:
    // A value that was in quotes.
    struct quoted {
        std::string value;
        std::size_t end; // of the line in which the value ends
    };
    enum class quote_end { line, later_or_never }; // where the quote that opens a value is closed

    std::size_t end_of_line(std::size_t from) const
    {
        return std::min(text_.find('\n', from), text_.size());
    }

    void report(severity level, std::size_t at, std::string message)
    {
        result_.diagnostics.push_back({level, file_, line_,
                                       static_cast<unsigned>(at - line_begin_ + 1),
                                       std::move(message), true});
    }
    void skip_line(std::size_t at, std::string message)
    {
        report(severity::warning, at, std::move(message) + "; the line is skipped");
        result_.diagnostics.back().lost = true;
        at_ = end_of_line(line_begin_);
    }

    void read_line();
    void read_value(std::string key, std::size_t begin);
    quoted read_unquoted(std::string const& key, std::size_t begin);
    std::optional<quoted> read_quoted(std::size_t open) const;
    quote_end end_of_quote(std::size_t open) const;
    std::size_t closing_quote(std::size_t open) const;
    std::string unescaped(std::size_t open, std::size_t close) const;

    std::string text_; // with the line ends CRLF changed to LF
    std::string file_;
    std::size_t at_ = 0, line_begin_ = 0;
    unsigned line_ = 0;
    std::set<std::string> keys_;
    parsed_env result_;
};

void reader::read_line()
{
    std::size_t const end = end_of_line(line_begin_);
    std::string_view const line = std::string_view{text_}.substr(0, end);
    std::size_t begin = text::skip_blanks(line, line_begin_);
    if (begin == end || line[begin] == '#') {
        at_ = end;
        return;
    }
    bool exported = false;
    if (line.substr(begin, 6) == "export" && begin + 6 < end && text::is_blank(line[begin + 6])) {
        std::size_t const next = text::skip_blanks(line, begin + 6);
        exported = next < end && key_start(line[next]);
        begin = exported ? next : begin;
    }
    std::size_t key_end = begin;
    while (key_end < end && (key_end == begin ? key_start(line[key_end]) : key_char(line[key_end])))
        ++key_end;
    std::string key{line.substr(begin, key_end - begin)};
    std::size_t const equals = text::skip_blanks(line, key_end);
    if (key.empty())
        return skip_line(begin, "expected KEY=value; a name starts with a letter or '_'");
    if (equals < end && line[equals] == '=')
        return read_value(std::move(key), equals + 1);
    if (auto const blank = text::false_blank_at(line, key_end))
        return skip_line(key_end, std::string{blank->name} + " after the name");
    if (!exported || equals < end)
        return skip_line(key_end, "expected '=' after the name");
    if (keys_.find(key) == keys_.end())
        return skip_line(begin, "exports a name that this file has not set");
    at_ = end; // `export KEY` alone changes nothing
}

void reader::read_value(std::string key, std::size_t begin)
{
    std::size_t const end = end_of_line(begin);
    std::size_t const first = text::skip_blanks(std::string_view{text_}.substr(0, end), begin);
    std::optional<quoted> value;
    if (first < end && (text_[first] == '"' || text_[first] == '\'')) {
        value = read_quoted(first);
        if (!value && end_of_quote(first) == quote_end::line)
            return skip_line(first, "more follows the quote that closes the value of " + key);
        if (!value)
            report(severity::warning, first,
                   "the quote that opens the value of " + key +
                       " is never closed; it is kept as a part of the value");
    }
    if (!value)
        value = read_unquoted(key, begin);
    if (value->value.find('\0') != npos)
        return skip_line(first, "a NUL byte in the value of " + key);
    keys_.insert(key);
    result_.assignments.push_back({std::move(key), std::move(value->value), line_});
    at_ = value->end;
}

// A value without quotes. It ends with its line, or where a comment begins.
reader::quoted reader::read_unquoted(std::string const& key, std::size_t begin)
{
    std::size_t const end = end_of_line(begin);
    std::string_view const raw = std::string_view{text_}.substr(begin, end - begin);
    std::string_view const kept = without_comment(raw);
    std::string_view const value = text::trim(kept);
    if (kept.size() < raw.size())
        report(severity::note, begin + kept.size(),
               (value.empty() ? "the value of " + key + " is empty, because '#' begins a comment"
                              : "the value of " + key + " ends here, where '#' begins a comment") +
                   "; put it in quotes if it belongs to the value");
    if (auto const blank = text::false_blank_at(value, 0))
        report(severity::note, begin + static_cast<std::size_t>(value.data() - raw.data()),
               std::string{blank->name} + " begins the value of " + key);
    if (value.ends_with('\\'))
        report(severity::note, begin + kept.find_last_of('\\'),
               "the '\\' is a part of the value of " + key + "; it joins no lines");
    return {std::string{value}, end};
}

reader::quote_end reader::end_of_quote(std::size_t open) const
{
    std::size_t const close = closing_quote(open);
    return close != npos && close < end_of_line(open) ? quote_end::line : quote_end::later_or_never;
}

std::size_t reader::closing_quote(std::size_t open) const
{
    char const quote = text_[open];
    for (std::size_t i = open + 1; i < text_.size(); ++i) {
        if (quote == '"' && text_[i] == '\\')
            ++i;
        else if (text_[i] == quote)
            return i;
    }
    return npos;
}

std::string reader::unescaped(std::size_t open, std::size_t close) const
{
    std::string out;
    for (std::size_t i = open + 1; i < close; ++i) {
        if (text_[open] == '\'' || text_[i] != '\\' || i + 1 == close) {
            out += text_[i];
            continue;
        }
        char const c = text_[++i];
        out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
    }
    return out;
}

std::optional<reader::quoted> reader::read_quoted(std::size_t open) const
{
    std::size_t const close = closing_quote(open);
    if (close == npos)
        return std::nullopt;
    std::size_t const end = end_of_line(close);
    std::string_view const rest = std::string_view{text_}.substr(close + 1, end - close - 1);
    std::size_t const next = text::skip_blanks(rest);
    if (next == rest.size() || rest[next] == '#')
        return quoted{unescaped(open, close), end};
    // Foreman's rule: the outermost two quotes of one line enclose the value ('it's').
    if (end_of_line(open) != end)
        return std::nullopt;
    std::size_t last = close + without_comment(rest).size();
    while (text::is_blank(text_[last]))
        --last;
    std::size_t escapes = 0;
    while (text_[open] == '"' && text_[last - 1 - escapes] == '\\')
        ++escapes;
    if (text_[last] != text_[open] || last == close || escapes % 2 != 0)
        return std::nullopt;
    return quoted{unescaped(open, last), end};
}

} // namespace

parsed_env parse_env(std::string_view text, std::string const& file)
{
    if (text::is_utf16(text)) {
        parsed_env none;
        none.diagnostics.push_back({severity::error, file, 0, 0, "is in UTF-16; save it as UTF-8"});
        return none;
    }
    return reader{text, file}.read();
}

bool valid_key(std::string_view name)
{
    if (name.empty() || !key_start(name.front()))
        return false;
    for (char const c : name)
        if (!key_char(c))
            return false;
    return true;
}

} // namespace procfile
