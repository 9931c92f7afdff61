#include "supervisor/core/http_head.hpp"

namespace core {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t version_size = sizeof("HTTP/1.1") - 1;

// The status code of the first line, with the blank before it: " 200". Empty when there is none.
std::string_view status_of(std::string_view line)
{
    auto const status = line.substr(0, line.find_first_of("\r\n")).substr(0, version_size + 4);
    bool const complete =
        status.starts_with("HTTP/") && status.size() == version_size + 4 &&
        status[version_size] == ' ' &&
        status.find_first_not_of("0123456789", version_size + 1) == std::string_view::npos;
    return complete ? status.substr(version_size) : std::string_view();
}

} // namespace

std::size_t head_length(std::string_view bytes)
{
    for (auto at = bytes.find('\n'); at != npos; at = bytes.find('\n', at + 1)) {
        auto const rest = bytes.substr(at + 1);
        if (rest.starts_with('\n'))
            return at + 2;
        if (rest.starts_with("\r\n"))
            return at + 3;
    }
    return 0;
}

std::string strict_head(std::string_view head)
{
    std::string strict;
    strict.reserve(head.size() + 16);
    bool first = true;
    while (!head.empty()) {
        auto const end = head.find('\n');
        auto line = head.substr(0, end);
        head.remove_prefix(end == npos ? head.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        strict += line;
        if (first && !status_of(line).empty() && line.size() == version_size + 4)
            strict += ' ';
        strict += "\r\n";
        first = false;
    }
    return strict;
}

bool is_interim(std::string_view head)
{
    auto const status = status_of(head);
    return status.starts_with(" 1") && status != " 101";
}

} // namespace core
