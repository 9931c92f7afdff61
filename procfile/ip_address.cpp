#include "procfile/ip_address.hpp"

#include "procfile/text.hpp"

#include <algorithm>
#include <vector>

namespace procfile {

namespace {

constexpr int bits_v4 = 32, bits_v6 = 128;

// A decimal number of at most `most`, without a sign and without leading zeros.
std::optional<int> decimal(std::string_view text, int most)
{
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0') ||
        !std::all_of(text.begin(), text.end(), text::is_digit))
        return std::nullopt;
    int const number = std::stoi(std::string{text});
    return number <= most ? std::optional{number} : std::nullopt;
}

// One group of an IPv6 address: one to four hexadecimal digits.
std::optional<unsigned> group_of(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdefABCDEF";
    if (text.empty() || text.size() > 4 || text.find_first_not_of(digits) != std::string_view::npos)
        return std::nullopt;
    return static_cast<unsigned>(std::stoul(std::string{text}, nullptr, 16));
}

std::vector<std::string_view> split(std::string_view text, char at)
{
    std::vector<std::string_view> parts;
    for (;;) {
        auto const end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<ip_address> parse_v4(std::string_view text)
{
    auto const parts = split(text, '.');
    ip_address address;
    if (parts.size() != 4)
        return std::nullopt;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto const number = decimal(parts[i], 255);
        if (!number)
            return std::nullopt;
        address.bytes[i] = static_cast<std::uint8_t>(*number);
    }
    return address;
}

// The bytes of "1:2:3" or "1:2:1.2.3.4". An empty text has none.
std::optional<std::vector<std::uint8_t>> bytes_of(std::string_view text)
{
    std::vector<std::uint8_t> bytes;
    if (text.empty())
        return bytes;
    auto const parts = split(text, ':');
    for (auto const part : parts) {
        bool const last = part.data() == parts.back().data();
        if (last && part.find('.') != std::string_view::npos) {
            auto const v4 = parse_v4(part);
            if (!v4)
                return std::nullopt;
            bytes.insert(bytes.end(), v4->bytes.begin(), v4->bytes.begin() + 4);
            continue;
        }
        auto const group = group_of(part);
        if (!group)
            return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(*group >> 8));
        bytes.push_back(static_cast<std::uint8_t>(*group & 0xFF));
    }
    return bytes;
}

std::optional<ip_address> parse_v6(std::string_view text)
{
    ip_address address{ip_family::v6, {}};
    auto const gap = text.find("::");
    bool const short_form = gap != std::string_view::npos;
    auto const front = bytes_of(text.substr(0, gap));
    auto const back = bytes_of(short_form ? text.substr(gap + 2) : "");
    bool const v4_within = short_form && text.substr(0, gap).find('.') != std::string_view::npos;
    if (!front || !back || text.empty() || v4_within)
        return std::nullopt;
    std::size_t const size = front->size() + back->size();
    // "::" stands for one group of zeros at least.
    if (short_form ? size > address.bytes.size() - 2 : size != address.bytes.size())
        return std::nullopt;
    std::copy(front->begin(), front->end(), address.bytes.begin());
    std::copy_backward(back->begin(), back->end(), address.bytes.end());
    return address;
}

std::string v4_text(std::uint8_t const* bytes)
{
    std::string text;
    for (int i = 0; i < 4; ++i)
        text += (i == 0 ? "" : ".") + std::to_string(bytes[i]);
    return text;
}

// The longest run of at least two groups of zeros, the first of several: its begin and its length.
std::pair<std::size_t, std::size_t> longest_gap(std::array<unsigned, 8> const& groups)
{
    std::pair<std::size_t, std::size_t> best{groups.size(), 0};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        std::size_t length = 0;
        while (i + length < groups.size() && groups[i + length] == 0)
            ++length;
        if (length >= 2 && length > best.second)
            best = {i, length};
    }
    return best;
}

std::string hex(unsigned group)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int shift = 12; shift >= 0; shift -= 4)
        if (unsigned const digit = (group >> shift) & 0xFu;
            digit != 0 || !text.empty() || shift == 0)
            text += digits[digit];
    return text;
}

} // namespace

std::optional<ip_address> ip_address::mapped_v4() const
{
    constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (family != ip_family::v6 || !std::equal(prefix.begin(), prefix.end(), bytes.begin()))
        return std::nullopt;
    ip_address v4;
    std::copy(bytes.begin() + 12, bytes.end(), v4.bytes.begin());
    return v4;
}

std::optional<ip_address> parse_ip(std::string_view text)
{
    return text.find(':') == std::string_view::npos ? parse_v4(text) : parse_v6(text);
}

std::string to_string(ip_address const& address)
{
    if (address.family == ip_family::v4)
        return v4_text(address.bytes.data());
    if (address.mapped_v4())
        return "::ffff:" + v4_text(address.bytes.data() + 12);
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < groups.size(); ++i)
        groups[i] = address.bytes[2 * i] * 256u + address.bytes[2 * i + 1];
    auto const [gap, length] = longest_gap(groups);
    std::string text;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i == gap)
            text += "::";
        if (i >= gap && i < gap + length)
            continue;
        text += (i == 0 || i == gap + length ? "" : ":") + hex(groups[i]);
    }
    return text;
}

std::optional<ip_network> parse_network(std::string_view text)
{
    auto const slash = text.find('/');
    auto const address = parse_ip(text.substr(0, slash));
    if (!address)
        return std::nullopt;
    int const most = address->family == ip_family::v4 ? bits_v4 : bits_v6;
    auto const prefix = slash == std::string_view::npos ? std::optional{most}
                                                        : decimal(text.substr(slash + 1), most);
    if (!prefix)
        return std::nullopt;
    ip_network network{*address, *prefix};
    for (int bit = *prefix; bit < bits_v6; ++bit) {
        auto& byte = network.address.bytes[static_cast<std::size_t>(bit / 8)];
        byte = static_cast<std::uint8_t>(byte & ~(0x80u >> (bit % 8)));
    }
    return network;
}

std::string to_string(ip_network const& network)
{
    return to_string(network.address) + '/' + std::to_string(network.prefix);
}

} // namespace procfile
