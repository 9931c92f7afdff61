// The addresses on which a type listens, as `listen` in procd.toml and --listen name them.
#pragma once

#include "procfile/ip_address.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace procfile {

// One socket that accepts connections for a type.
struct listen_address {
    enum class kind { tcp, unix_socket, systemd };
    // A port without an address means IPv4 and IPv6. Where the machine has no IPv6, its half is
    // left out.
    enum class need { always, where_possible };

    kind type = kind::tcp;
    ip_address ip; // tcp
    int port = 0;  // tcp
    need needed = need::always;
    std::string name; // the path of a Unix socket, or the name of a socket that systemd passes

    bool operator==(listen_address const&) const = default;
    // Tells whether both are the same socket, however they were written.
    bool same_socket(listen_address const& other) const;
    // Tells whether one of the two takes the port of the other because it has every address.
    bool overlaps(listen_address const& other) const;
};

// Reads one address:
//   "0.0.0.0:8080", "[::1]:8080"   the address and the port
//   "8080", "localhost:8080"       127.0.0.1 and ::1
//   ":8080"                        every address, of IPv4 and of IPv6
//   "unix:/run/web.sock"           a Unix socket
//   "systemd:NAME"                 a socket that systemd passes by this name
// The error says what would be right; it goes on from "must be" or from "is".
boost::system::result<std::vector<listen_address>, std::string>
parse_listen_address(std::string_view text);
// The address as parse_listen_address() reads it: "[::1]:8080", "unix:/run/web.sock".
std::string to_string(listen_address const& address);
// All of them, with ", " between.
std::string to_string(std::vector<listen_address> const& addresses);
// The reason why these addresses cannot stand in one list: one of them takes another. Empty when
// they can.
std::string clash(std::vector<listen_address> const& addresses);

// Tells whether a text is an address with a port: "0.0.0.0:8080", "[::]:8080", ":8080" or
// "localhost:8080".
bool valid_address(std::string_view text);

} // namespace procfile
