#include "supervisor/core/quoted_text.hpp"

#include "procfile/text.hpp"

#include <algorithm>
#include <cstdio>

namespace core {

namespace {

struct range {
    unsigned first, last;
};
// Characters that a terminal or a page does not show, but obeys: the Arabic letter mark, marks,
// embeddings, overrides and isolates of direction, and the two separators of lines.
constexpr range unseen[] = {{0x061c, 0x061c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069}};

// The code point of a character of two or three bytes; 0 for other lengths, none of which is
// unseen.
unsigned code_point(std::string_view character)
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    if (character.size() == 2)
        return (byte(0) & 0x1fu) << 6 | (byte(1) & 0x3fu);
    if (character.size() == 3)
        return (byte(0) & 0x0fu) << 12 | (byte(1) & 0x3fu) << 6 | (byte(2) & 0x3fu);
    return 0;
}

bool is_unseen(unsigned code)
{
    return std::any_of(std::begin(unseen), std::end(unseen),
                       [&](range each) { return code >= each.first && code <= each.last; });
}

std::string escaped_byte(char c)
{
    char text[8];
    std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned char>(c));
    return text;
}

std::string escaped_character(unsigned code)
{
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", code);
    return text;
}

enum class marks { plain, escaped }; // quotes and backslashes

std::string rendered(std::string_view text, marks form)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        auto const length = procfile::text::printable_length(text);
        auto const character = text.substr(0, std::max<std::size_t>(length, 1));
        bool const mark = text.front() == '"' || text.front() == '\\';
        if (length == 0)
            out += escaped_byte(text.front());
        else if (auto const code = code_point(character); is_unseen(code))
            out += escaped_character(code);
        else if (mark && form == marks::escaped)
            (out += '\\') += character;
        else
            out += character;
        text.remove_prefix(character.size());
    }
    return out;
}

} // namespace

std::string visible(std::string_view text)
{
    return rendered(text, marks::plain);
}

std::string escaped(std::string_view text)
{
    return rendered(text, marks::escaped);
}

std::string quoted(std::string_view text)
{
    return '"' + escaped(text) + '"';
}

} // namespace core
