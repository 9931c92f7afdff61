#include "supervisor/control/http_target.hpp"

namespace procd::control {

namespace {

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

// Decodes percent-encoding; nothing when it is broken. A plus stays a plus and does not become a
// blank as in forms, because `since=…+02:00` and `web=+1` need it.
std::optional<std::string> decode(std::string_view text)
{
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        if (text.size() - at < 3)
            return std::nullopt;
        int const high = hex_digit(text[at + 1]);
        int const low = hex_digit(text[at + 2]);
        if (high < 0 || low < 0)
            return std::nullopt;
        decoded += static_cast<char>(high << 4 | low);
        at += 2;
    }
    return decoded;
}

// Calls `each` with every part of `text` between separators, until a call returns false. Returns
// whether all calls returned true.
template <class Each>
bool for_each_part(std::string_view text, char separator, Each each)
{
    for (;;) {
        auto const end = text.find(separator);
        if (!each(text.substr(0, end)))
            return false;
        if (end == std::string_view::npos)
            return true;
        text.remove_prefix(end + 1);
    }
}

bool add_query(http_target& target, std::string_view item)
{
    if (item.empty())
        return true;
    auto const equals = item.find('=');
    auto name = decode(item.substr(0, equals));
    auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                  : decode(item.substr(equals + 1));
    if (!name || !value)
        return false;
    target.query.emplace_back(std::move(*name), std::move(*value));
    return true;
}

} // namespace

std::optional<std::string> http_target::value(std::string_view name) const
{
    std::optional<std::string> last;
    for (auto const& [key, text] : query)
        if (key == name)
            last = text;
    return last;
}

std::vector<std::string> http_target::values(std::string_view name) const
{
    std::vector<std::string> all;
    for (auto const& item : query) {
        if (item.first != name)
            continue;
        for_each_part(item.second, ',', [&](std::string_view part) {
            if (!part.empty())
                all.emplace_back(part);
            return true;
        });
    }
    return all;
}

std::optional<http_target> parse_target(std::string_view text)
{
    if (text.empty() || text.front() != '/')
        return std::nullopt;
    text.remove_prefix(1);
    http_target target;
    auto const mark = text.find('?');
    auto path = text.substr(0, mark);
    if (path.ends_with('/'))
        path.remove_suffix(1);
    bool const good_path = for_each_part(path, '/', [&](std::string_view part) {
        auto decoded = decode(part);
        if (decoded)
            target.path.push_back(std::move(*decoded));
        return decoded.has_value();
    });
    if (!good_path)
        return std::nullopt;
    if (mark == std::string_view::npos)
        return target;
    bool const good_query = for_each_part(
        text.substr(mark + 1), '&', [&](std::string_view item) { return add_query(target, item); });
    if (!good_query)
        return std::nullopt;
    return target;
}

} // namespace procd::control
