#include "procfile/text.hpp"

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
