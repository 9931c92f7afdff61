#include "supervisor/front/host_rules.hpp"

#include "supervisor/front/head_fields.hpp"

#include <algorithm>

namespace procd::front {

namespace {

bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_port(std::string_view text)
{
    // A number of five digits or less, so that stoi knows it.
    return is_number(text) && text.size() <= 5 && std::stoi(std::string(text)) <= 65535;
}

// The inside of the brackets of "[::1]".
bool is_address_v6(std::string_view text)
{
    return std::count(text.begin(), text.end(), ':') >= 2 &&
           text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

bool is_host_name(std::string_view text)
{
    return !text.empty() && text.find("..") == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
           });
}

struct scheme {
    std::string_view prefix, default_port;
};
constexpr scheme schemes[] = {{"http://", ":80"}, {"https://", ":443"}};

scheme const* scheme_of(std::string_view target)
{
    for (auto const& each : schemes)
        if (same_ignoring_case(target.substr(0, each.prefix.size()), each.prefix))
            return &each;
    return nullptr;
}

std::string_view without_port(std::string_view host, std::string_view port)
{
    if (host.ends_with(port))
        host.remove_suffix(port.size());
    return host;
}

// The target of an absolute URI: its path and query. Without them OPTIONS asks for the server as a
// whole (RFC 9112, 3.2.4).
std::string origin_form(std::string_view method, std::string_view path)
{
    if (path.starts_with('/'))
        return std::string(path);
    if (path.empty() && method == "OPTIONS")
        return "*";
    return "/" + std::string(path);
}

} // namespace

bool is_host(std::string_view text)
{
    auto const bracket = text.starts_with('[') ? text.find(']') : 0;
    if (bracket == std::string_view::npos)
        return false;
    auto const colon = text.find(':', bracket);
    auto const name = text.substr(0, colon);
    if (colon != std::string_view::npos && !is_port(text.substr(colon + 1)))
        return false;
    return bracket == 0 ? is_host_name(name)
                        : name.size() == bracket + 1 && is_address_v6(name.substr(1, bracket - 1));
}

judged<std::string> plain_target(std::string_view method, std::string_view target,
                                 std::string_view host)
{
    bool const printable =
        std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!printable)
        return refusal{400, "a target with a character that is not allowed"};
    if (target.find('#') != std::string_view::npos)
        return refusal{400, "a target with a fragment"};
    if (target.starts_with('/') || (target == "*" && method == "OPTIONS"))
        return std::string(target);
    auto const* const known = scheme_of(target);
    if (!known)
        return refusal{400, "a target that is neither a path nor an absolute http URI"};
    auto const rest = target.substr(known->prefix.size());
    auto const end = std::min(rest.find_first_of("/?"), rest.size());
    auto const authority = rest.substr(0, end);
    if (!is_host(authority))
        return refusal{400, "a target whose host is not allowed"};
    if (!same_ignoring_case(without_port(authority, known->default_port),
                            without_port(host, known->default_port)))
        return refusal{400, "a target with another host than Host"};
    return origin_form(method, rest.substr(end));
}

} // namespace procd::front
