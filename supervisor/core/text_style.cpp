#include "supervisor/core/text_style.hpp"

#include <charconv>
#include <vector>

namespace core {

namespace {

std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> parts;
    for (;;) {
        auto const end = text.find(';');
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

// An empty parameter is 0. What is behind a ':' belongs to the code before it.
int code_of(std::string_view part)
{
    if (part.empty())
        return 0;
    int code = -1;
    auto const [end, error] = std::from_chars(part.data(), part.data() + part.size(), code);
    bool const whole = end == part.data() + part.size() || *end == ':';
    return error == std::errc() && whole ? code : -1;
}

// How many parameters an extended colour (38, 48 or 58) takes, with itself: "38;5;N" or
// "38;2;R;G;B".
std::size_t length_of_color(std::vector<std::string_view> const& parts, std::size_t at)
{
    if (parts[at].find(':') != std::string_view::npos || at + 1 == parts.size())
        return 1;
    std::size_t const wanted = parts[at + 1] == "5" ? 3 : parts[at + 1] == "2" ? 5 : 2;
    return std::min(wanted, parts.size() - at);
}

bool is_extended(int code)
{
    return code == 38 || code == 48 || code == 58;
}

} // namespace

bool text_style::apply(std::string_view parameters)
{
    if (parameters.find_first_not_of("0123456789;:") != std::string_view::npos)
        return false;
    auto const parts = split(parameters);
    for (std::size_t i = 0; i < parts.size();) {
        int const code = code_of(parts[i]);
        std::size_t const taken = is_extended(code) ? length_of_color(parts, i) : 1;
        auto const* const begin = parts[i].data();
        auto const& last = parts[i + taken - 1];
        apply_code(code, {begin, static_cast<std::size_t>(last.data() + last.size() - begin)});
        i += taken;
    }
    return true;
}

void text_style::turn(int attribute, bool on)
{
    unsigned const bit = 1U << attribute;
    attributes_ = on ? attributes_ | bit : attributes_ & ~bit;
}

void text_style::apply_code(int code, std::string_view text)
{
    auto const is = [code](int first, int last) { return code >= first && code <= last; };
    if (code == 0)
        *this = {};
    else if (is(1, 9))
        turn(code, true);
    else if (code == 21) // underlined twice
        turn(4, true);
    else if (code == 22)
        attributes_ &= ~(1U << 1 | 1U << 2); // neither bold nor faint
    else if (code == 25)
        attributes_ &= ~(1U << 5 | 1U << 6); // neither slow nor fast
    else if (is(23, 29) && code != 26)
        turn(code - 20, false);
    else if (is(30, 38) || is(90, 97))
        foreground_ = text;
    else if (code == 39)
        foreground_.clear();
    else if (is(40, 48) || is(100, 107))
        background_ = text;
    else if (code == 49)
        background_.clear();
    else if (code == 58)
        underline_ = text;
    else if (code == 59)
        underline_.clear();
}

std::string text_style::sequence() const
{
    std::string codes;
    auto const add = [&codes](std::string_view code) {
        if (!code.empty())
            (codes += codes.empty() ? "" : ";") += code;
    };
    for (int attribute = 1; attribute <= 9; ++attribute)
        if (attributes_ & 1U << attribute)
            add(std::to_string(attribute));
    add(foreground_);
    add(background_);
    add(underline_);
    return codes.empty() ? codes : "\x1b[" + codes + 'm';
}

} // namespace core
