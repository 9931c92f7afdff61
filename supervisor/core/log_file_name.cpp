#include "supervisor/core/log_file_name.hpp"

#include "supervisor/core/process_id.hpp"

namespace core {

namespace {

constexpr std::string_view extension = ".log";

// "web.1.log.3" to "web.1.log". A rotation's number starts at 1 and has no leading zero.
std::string_view without_rotation(std::string_view name)
{
    auto const digits = name.find_last_not_of("0123456789") + 1;
    if (digits == 0 || digits == name.size() || name[digits - 1] != '.' || name[digits] == '0')
        return name;
    return name.substr(0, digits - 1);
}

} // namespace

bool is_own_log(std::string_view name)
{
    return name == "system" || name == "router";
}

std::string log_file_name(std::string_view process)
{
    return std::string(process).append(extension);
}

bool is_log_file_name(std::string_view name)
{
    return process_of_log_file(name).has_value();
}

std::optional<std::string> process_of_log_file(std::string_view name)
{
    name = without_rotation(name);
    if (!name.ends_with(extension))
        return std::nullopt;
    name.remove_suffix(extension.size());
    if (!is_own_log(name) && !parse_process_id(name))
        return std::nullopt;
    return std::string(name);
}

} // namespace core
