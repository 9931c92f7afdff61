#include "supervisor/core/process_id.hpp"

#include "procfile/formation.hpp"
#include "procfile/procfile.hpp"

#include <charconv>

namespace core {

std::string process_id::str() const
{
    return type + '.' + std::to_string(instance);
}

std::optional<process_id> parse_process_id(std::string_view text)
{
    auto const dot = text.rfind('.');
    if (dot == std::string_view::npos)
        return std::nullopt;
    auto const type = text.substr(0, dot);
    auto const digits = text.substr(dot + 1);
    if (!procfile::valid_type(type) || digits.empty() || digits.front() < '1' ||
        digits.front() > '9')
        return std::nullopt;
    int instance = 0;
    auto const [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), instance);
    if (error != std::errc{} || end != digits.data() + digits.size() ||
        instance > procfile::max_count)
        return std::nullopt;
    return process_id{std::string(type), instance};
}

} // namespace core
