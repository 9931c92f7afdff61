// Helpers that the parsers of this room share: character classes, trimming, splitting a text into
// lines, and showing a text on a terminal.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace procfile::text {

// Space, tab, vertical tab, form feed and carriage return; not the newline.
constexpr bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}
constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
constexpr char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr char to_upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// The text with its ASCII letters in lower case.
std::string lower_case(std::string_view s);
// Without the blanks at both ends.
std::string_view trim(std::string_view s);
// The offset of the first byte at or after `from` that is not a blank; the size if there is none.
std::size_t skip_blanks(std::string_view s, std::size_t from = 0);

// A character that looks like a blank but is none to a shell.
struct false_blank {
    std::size_t length;    // in bytes
    std::string_view name; // "a no-break space (U+00A0)"
};
// The false blank that begins at the offset `at`, if there is one.
std::optional<false_blank> false_blank_at(std::string_view s, std::size_t at);
// The offset of the first false blank at or after `from`, or npos.
std::size_t find_false_blank(std::string_view s, std::size_t from = 0);

// Tells whether the text is in UTF-16, with a byte order mark or without: no line of it can be
// read.
bool is_utf16(std::string_view s);

// The text without a UTF-8 byte order mark. Lines and columns count from behind it.
std::string_view without_bom(std::string_view s);
// The lines of a text, without their ends (LF or CRLF) and without a byte order mark. A newline at
// the very end begins no further line.
std::vector<std::string_view> lines(std::string_view s);
// The line with this number, counted from 1, or nothing. Cheaper than lines() for a single line.
std::optional<std::string_view> line(std::string_view s, unsigned number);

// The length of the printable UTF-8 character at the front of `s`, or 0 if there is none: at a
// control character (those of U+0080 to U+009F included), and at bytes that are not UTF-8.
std::size_t printable_length(std::string_view s);
// The text with each byte that is not printable as \xNN, so that it does no harm to a terminal.
enum class tabs { shown, kept };
std::string visible(std::string_view s, tabs how = tabs::shown);
// The same for a text of several lines, whose newlines and tabs are kept.
std::string visible_lines(std::string_view s);

} // namespace procfile::text
