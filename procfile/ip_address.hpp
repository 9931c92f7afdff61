// Numeric IP addresses and networks as values. No name is ever looked up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace procfile {

enum class ip_family { v4, v6 };

// An address of IPv4 or IPv6 without a zone.
struct ip_address {
    ip_family family = ip_family::v4;
    std::array<std::uint8_t, 16> bytes{}; // in network order; IPv4 has the first four

    bool operator==(ip_address const&) const = default;
    // Tells whether it stands for every address of its family: 0.0.0.0 or ::.
    bool is_any() const { return bytes == std::array<std::uint8_t, 16>{}; }
    // The IPv4 address in ::ffff:1.2.3.4; nothing for all others.
    std::optional<ip_address> mapped_v4() const;
};

// Reads "127.0.0.1" or "::1". Gives nothing for everything else: numbers with leading zeros (which
// some programs take for octal), short forms such as "127.1", and a zone ("fe80::1%eth0").
std::optional<ip_address> parse_ip(std::string_view text);
// The address in its shortest form, by RFC 5952.
std::string to_string(ip_address const& address);

// A network: all addresses that have the first `prefix` bits of `address`.
struct ip_network {
    ip_address address; // the bits after the prefix are 0
    int prefix = 0;
    bool operator==(ip_network const&) const = default;
};

// Reads "10.0.0.0/8", "::1/128" or a single address. Bits after the prefix are set to 0.
std::optional<ip_network> parse_network(std::string_view text);
std::string to_string(ip_network const& network);

} // namespace procfile
