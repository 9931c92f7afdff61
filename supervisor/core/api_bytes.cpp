#include "supervisor/core/api_bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace core::api {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

unsigned char byte_at(std::string_view bytes, std::size_t at)
{
    return static_cast<unsigned char>(bytes[at]);
}

// The length of the well-formed sequence at `at`, whose first byte is not ASCII. 0 when there is
// none.
std::size_t sequence_length(std::string_view bytes, std::size_t at)
{
    auto const lead = byte_at(bytes, at);
    std::size_t const length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || bytes.size() - at < length)
        return 0;
    for (std::size_t n = 1; n < length; ++n)
        if ((byte_at(bytes, at + n) & 0xC0) != 0x80)
            return 0;
    auto const second = byte_at(bytes, at + 1);
    bool const overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    bool const surrogate = lead == 0xED && second > 0x9F;
    bool const too_high = lead == 0xF4 && second > 0x8F;
    return overlong || surrogate || too_high ? 0 : length;
}

} // namespace

bool is_utf8(std::string_view bytes)
{
    for (std::size_t at = 0; at < bytes.size();) {
        std::size_t const length = byte_at(bytes, at) < 0x80 ? 1 : sequence_length(bytes, at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

std::string replace_invalid_utf8(std::string_view bytes)
{
    std::string text;
    for (std::size_t at = 0; at < bytes.size();) {
        std::size_t const length = byte_at(bytes, at) < 0x80 ? 1 : sequence_length(bytes, at);
        text += length == 0 ? "\xEF\xBF\xBD" : bytes.substr(at, length);
        at += std::max<std::size_t>(length, 1);
    }
    return text;
}

std::string to_base64(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::size_t const have = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t bits = 0;
        for (std::size_t n = 0; n < 3; ++n)
            bits = bits << 8 | (n < have ? byte_at(bytes, at + n) : 0u);
        for (std::size_t n = 0; n < 4; ++n)
            text += n <= have ? alphabet[bits >> (18 - 6 * n) & 63] : '=';
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0)
        return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && !text.empty() && text.back() == '=') {
        text.remove_suffix(1);
        ++padding;
    }
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (char const c : text) {
        auto const digit = alphabet.find(c);
        if (digit == std::string_view::npos)
            return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>(bits >> held & 0xFF);
        }
    }
    return bytes;
}

} // namespace core::api
