#include "procfile/text.hpp"

#include <algorithm>

namespace procfile::text {

std::size_t skip_blanks(std::string_view s, std::size_t from)
{
    while (from < s.size() && is_blank(s[from]))
        ++from;
    return from;
}

std::string_view trim(std::string_view s)
{
    s.remove_prefix(skip_blanks(s));
    while (!s.empty() && is_blank(s.back()))
        s.remove_suffix(1);
    return s;
}

std::optional<false_blank> false_blank_at(std::string_view s, std::size_t at)
{
    static constexpr struct {
        std::string_view bytes, name;
    } known[] = {
        {"\xC2\x85", "a next-line character (U+0085)"},
        {"\xC2\xA0", "a no-break space (U+00A0)"},
        {"\xE1\x9A\x80", "an ogham space (U+1680)"},
        {"\xE2\x80\xA8", "a line separator (U+2028)"},
        {"\xE2\x80\xA9", "a paragraph separator (U+2029)"},
        {"\xE2\x80\xAF", "a narrow no-break space (U+202F)"},
        {"\xE2\x81\x9F", "a mathematical space (U+205F)"},
        {"\xE2\x81\xA0", "a word joiner (U+2060)"},
        {"\xE3\x80\x80", "an ideographic space (U+3000)"},
        {"\xEF\xBB\xBF", "a zero-width no-break space (U+FEFF)"},
    };
    std::string_view const rest = s.substr(std::min(at, s.size()));
    for (auto const& each : known)
        if (rest.substr(0, each.bytes.size()) == each.bytes)
            return false_blank{each.bytes.size(), each.name};
    // U+2000 to U+200B are spaces of various widths.
    if (rest.size() >= 3 && rest.substr(0, 2) == "\xE2\x80" &&
        static_cast<unsigned char>(rest[2]) >= 0x80 && static_cast<unsigned char>(rest[2]) <= 0x8B)
        return false_blank{3, "a typographic space (U+2000 to U+200B)"};
    return std::nullopt;
}

std::size_t find_false_blank(std::string_view s, std::size_t from)
{
    for (std::size_t at = from; at < s.size(); ++at)
        if (static_cast<unsigned char>(s[at]) >= 0x80 && false_blank_at(s, at))
            return at;
    return std::string_view::npos;
}

bool is_utf16(std::string_view s)
{
    if (s.substr(0, 2) == "\xFF\xFE" || s.substr(0, 2) == "\xFE\xFF")
        return true;
    // Without a mark, every second byte of the first characters is NUL.
    constexpr std::size_t sample = 8;
    if (s.size() < sample)
        return false;
    for (std::size_t const nul : {std::size_t{0}, std::size_t{1}}) {
        bool fits = true;
        for (std::size_t i = 0; i < sample; ++i)
            fits = fits && (s[i] == '\0') == (i % 2 == nul);
        if (fits)
            return true;
    }
    return false;
}

std::string_view without_bom(std::string_view s)
{
    if (s.substr(0, 3) == "\xEF\xBB\xBF")
        s.remove_prefix(3);
    return s;
}

namespace {

// Removes the first line with its end from the text, which is not empty, and returns it without the
// end.
std::string_view take_line(std::string_view& s)
{
    std::size_t const end = s.find('\n');
    std::string_view line = s.substr(0, end);
    s.remove_prefix(end == std::string_view::npos ? s.size() : end + 1);
    if (!line.empty() && line.back() == '\r')
        line.remove_suffix(1);
    return line;
}

} // namespace

std::vector<std::string_view> lines(std::string_view s)
{
    s = without_bom(s);
    std::vector<std::string_view> all;
    while (!s.empty())
        all.push_back(take_line(s));
    return all;
}

std::optional<std::string_view> line(std::string_view s, unsigned number)
{
    s = without_bom(s);
    for (; number > 1 && !s.empty(); --number)
        take_line(s);
    return number == 0 || s.empty() ? std::nullopt : std::optional{take_line(s)};
}

} // namespace procfile::text
