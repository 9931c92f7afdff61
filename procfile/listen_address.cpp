#include "procfile/listen_address.hpp"

#include "procfile/text.hpp"

#include <algorithm>
#include <optional>

namespace procfile {

namespace {

using addresses = std::vector<listen_address>;
using parsed = boost::system::result<addresses, std::string>;

constexpr std::size_t longest_path = 107; // what the address of a Unix socket has room for
constexpr std::size_t longest_name = 255; // of a socket that systemd passes

parsed refused(std::string why)
{
    return parsed(boost::system::in_place_error, std::move(why));
}

std::optional<int> parse_port(std::string_view text)
{
    if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), text::is_digit))
        return std::nullopt;
    int const number = std::stoi(std::string{text});
    return number > 0 && number <= 65'535 ? std::optional{number} : std::nullopt;
}

listen_address tcp(std::string_view ip, int port,
                   listen_address::need needed = listen_address::need::always)
{
    listen_address address;
    address.ip = *parse_ip(ip);
    address.port = port;
    address.needed = needed;
    return address;
}

addresses both(std::string_view v4, std::string_view v6, int port)
{
    return {tcp(v4, port), tcp(v6, port, listen_address::need::where_possible)};
}

parsed parse_unix(std::string_view path)
{
    if (path.substr(0, 1) != "/")
        return refused("must be unix: and an absolute path, such as \"unix:/run/shop/web.sock\"");
    if (path.back() == '/')
        return refused("must be unix: and the path of a file, not of a directory");
    if (path.size() > longest_path)
        return refused("has a path of " + std::to_string(path.size()) +
                       " bytes; a Unix socket can have 107");
    if (path.find('\0') != std::string_view::npos)
        return refused("must not have a NUL byte");
    listen_address address;
    address.type = listen_address::kind::unix_socket;
    address.name = path;
    return addresses{address};
}

parsed parse_systemd(std::string_view name)
{
    auto const fits = [](char c) { return c > ' ' && c < 0x7F && c != ':'; };
    if (name.empty() || name.size() > longest_name || !std::all_of(name.begin(), name.end(), fits))
        return refused("must be systemd: and the FileDescriptorName= of the socket unit, such as "
                       "\"systemd:web\"");
    listen_address address;
    address.type = listen_address::kind::systemd;
    address.name = name;
    return addresses{address};
}

// Says how an address with a wrong host should have been written.
parsed wrong_host(std::string_view host, int port)
{
    std::string const number = std::to_string(port);
    if (host == "*")
        return refused("must be \":" + number + "\" for every address");
    if (auto const ip = parse_ip(host)) { // it has brackets and needs none, or the other way round
        bool const needs = ip->family == ip_family::v6;
        return refused(std::string{"must have its address "} + (needs ? "in" : "without") +
                       " brackets: \"" + (needs ? "[" : "") + std::string{host} +
                       (needs ? "]:" : ":") + number + '"');
    }
    return refused("must be an address of this machine with the port, such as \"0.0.0.0:" + number +
                   "\", or \"" + number + "\" for the loopback addresses; names are not looked up");
}

parsed parse_tcp(std::string_view text)
{
    if (auto const port = parse_port(text))
        return both("127.0.0.1", "::1", *port);
    std::size_t const colon = text.rfind(':');
    auto const port =
        colon == std::string_view::npos ? std::nullopt : parse_port(text.substr(colon + 1));
    if (!port)
        return refused("must be an address with a port from 1 to 65535, such as \"0.0.0.0:8080\", "
                       "\"[::1]:8080\", \"8080\", \":8080\", \"unix:/run/web.sock\" or "
                       "\"systemd:web\"");
    std::string_view host = text.substr(0, colon);
    if (host.empty())
        return both("0.0.0.0", "::", *port);
    if (host == "localhost")
        return both("127.0.0.1", "::1", *port);
    bool const bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    auto const ip = parse_ip(host);
    if (!ip || bracketed != (ip->family == ip_family::v6))
        return wrong_host(host, *port);
    if (auto const v4 = ip->mapped_v4())
        return refused("is an address of IPv4; write \"" + to_string(*v4) + ':' +
                       std::to_string(*port) + '"');
    return addresses{tcp(host, *port)};
}

} // namespace

bool listen_address::same_socket(listen_address const& other) const
{
    return type == other.type && ip == other.ip && port == other.port && name == other.name;
}

bool listen_address::overlaps(listen_address const& other) const
{
    return type == kind::tcp && other.type == kind::tcp && port == other.port &&
           ip.family == other.ip.family && ip != other.ip && (ip.is_any() || other.ip.is_any());
}

boost::system::result<std::vector<listen_address>, std::string>
parse_listen_address(std::string_view text)
{
    constexpr std::string_view unix_prefix = "unix:", systemd_prefix = "systemd:";
    if (text.substr(0, unix_prefix.size()) == unix_prefix)
        return parse_unix(text.substr(unix_prefix.size()));
    if (text.substr(0, systemd_prefix.size()) == systemd_prefix)
        return parse_systemd(text.substr(systemd_prefix.size()));
    if (text.substr(0, 1) == "/")
        return refused("must be \"unix:" + std::string{text} + "\" for a Unix socket");
    return parse_tcp(text);
}

std::string to_string(listen_address const& address)
{
    switch (address.type) {
    case listen_address::kind::tcp:
        break;
    case listen_address::kind::unix_socket:
        return "unix:" + address.name;
    case listen_address::kind::systemd:
        return "systemd:" + address.name;
    }
    auto const ip = to_string(address.ip);
    return (address.ip.family == ip_family::v6 ? '[' + ip + ']' : ip) + ':' +
           std::to_string(address.port);
}

std::string to_string(std::vector<listen_address> const& addresses)
{
    std::string text;
    for (auto const& address : addresses)
        text += (text.empty() ? "" : ", ") + to_string(address);
    return text;
}

std::string clash(std::vector<listen_address> const& addresses)
{
    for (auto a = addresses.begin(); a != addresses.end(); ++a)
        for (auto b = a + 1; b != addresses.end(); ++b) {
            if (a->same_socket(*b))
                return "names " + to_string(*a) + " twice";
            if (a->overlaps(*b)) {
                auto const& any = a->ip.is_any() ? *a : *b;
                auto const& one = a->ip.is_any() ? *b : *a;
                return "names " + to_string(one) + ", which " + to_string(any) +
                       " has taken already";
            }
        }
    return "";
}

bool valid_address(std::string_view text)
{
    std::size_t const colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return false;
    std::string_view const host = text.substr(0, colon), port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), text::is_digit))
        return false;
    int const number = std::stoi(std::string{port});
    bool const bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    bool const plain = std::all_of(host.begin(), host.end(), [](char c) {
        return text::is_letter(c) || text::is_digit(c) || c == '.' || c == '-' || c == '_';
    });
    bool const address =
        bracketed &&
        host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") ==
            std::string_view::npos;
    return number > 0 && number <= 65'535 && (plain || address);
}

} // namespace procfile
