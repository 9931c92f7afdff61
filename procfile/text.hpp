// What the parsers of this room share: blanks, and a text as its lines.
#pragma once

#include <optional>
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

std::string_view trim(std::string_view s);
// Where the first byte that is no blank stands, at or after `from`; the size when there is none.
std::size_t skip_blanks(std::string_view s, std::size_t from = 0);

// Without a UTF-8 byte order mark. Lines and columns are counted after it.
std::string_view without_bom(std::string_view s);
// The lines of a text without their ends (LF or CRLF) and without a byte order mark. A newline at
// the very end starts no further line.
std::vector<std::string_view> lines(std::string_view s);
// One of them, counted from 1, without splitting the rest; nothing when there is none.
std::optional<std::string_view> line(std::string_view s, unsigned number);

} // namespace procfile::text
