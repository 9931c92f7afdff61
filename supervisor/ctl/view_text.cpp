#include "supervisor/ctl/view_text.hpp"

#include "supervisor/ctl/output.hpp"

namespace ctl {

std::string time_text(std::optional<core::wall_time> const& t)
{
    if (!t)
        return absent;
    auto text = core::iso_text(*t);
    text.pop_back(); // without the Z
    return text + "UTC";
}

std::string size_text(std::uint64_t bytes)
{
    constexpr std::uint64_t step = 1024;
    constexpr std::string_view units = "KMGT";
    if (bytes < step)
        return std::to_string(bytes) + "B";
    std::uint64_t unit = step;
    std::size_t i = 0;
    while (bytes / unit >= step && i + 1 < units.size()) {
        unit *= step;
        ++i;
    }
    auto const tenths = bytes % unit * 10 / unit;
    return std::to_string(bytes / unit) + "." + std::to_string(tenths) + units[i];
}

std::string fraction_text(int part, int whole)
{
    return std::to_string(part) + "/" + std::to_string(whole);
}

std::string shell_quoted(std::string const& word)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789_-+=:,./@%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos)
        return word;
    std::string out = "'";
    for (char const c : word)
        out += c == '\'' ? "'\\''" : std::string(1, c);
    return without_controls(out + "'");
}

std::string list_text(std::vector<std::string> const& words, std::string_view separator)
{
    std::string text;
    for (auto const& word : words) {
        if (!text.empty())
            text += separator;
        text += word;
    }
    return text;
}

std::string variables_text(std::vector<std::string> const& names)
{
    return names.empty() ? absent : without_controls(list_text(names, ", "));
}

} // namespace ctl
