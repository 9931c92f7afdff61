#include "procfile/text.hpp"

#include <algorithm>

namespace procfile::text {

std::size_t skip_blanks(std::string_view s, std::size_t from)
{
    while (from < s.size() && is_blank(s[from]))
        ++from;
    return from;
}

std::string lower_case(std::string_view s)
{
    std::string lower;
    for (char const c : s)
        lower += to_lower(c);
    return lower;
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

std::size_t printable_length(std::string_view s)
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    unsigned const lead = byte(0);
    if (lead < 0x80)
        return lead >= 0x20 && lead != 0x7F ? 1 : 0;
    std::size_t const length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || s.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0) != 0x80)
            return 0;
    unsigned const second = byte(1);
    bool const control = lead == 0xC2 && second < 0xA0; // a C1 control character
    bool const overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    bool const beyond = (lead == 0xED && second >= 0xA0) || (lead == 0xF4 && second >= 0x90);
    return control || overlong || beyond ? 0 : length;
}

std::string visible(std::string_view s, tabs how)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    while (!s.empty()) {
        auto const byte = static_cast<unsigned char>(s.front());
        bool const kept = s.front() == '\t' && how == tabs::kept;
        std::size_t const length = kept ? 1 : printable_length(s);
        if (length > 0)
            out += s.substr(0, length);
        else
            (out += "\\x", out += digits[byte >> 4], out += digits[byte & 15]);
        s.remove_prefix(length > 0 ? length : 1);
    }
    return out;
}

std::string visible_lines(std::string_view s)
{
    std::string out;
    for (;;) {
        std::size_t const end = std::min(s.find('\n'), s.size());
        out += visible(s.substr(0, end), tabs::kept);
        if (end == s.size())
            return out;
        out += '\n';
        s.remove_prefix(end + 1);
    }
}

} // namespace procfile::text
