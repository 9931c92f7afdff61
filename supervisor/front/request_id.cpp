#include "supervisor/front/request_id.hpp"

#include <algorithm>

namespace procd::front {

bool acceptable(std::string_view id)
{
    constexpr std::size_t shortest = 20, longest = 200;
    return id.size() >= shortest && id.size() <= longest &&
           std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/' || c == '=' || c == '-';
           });
}

std::string uuid_of(std::array<unsigned char, 16> random)
{
    constexpr std::string_view digits = "0123456789abcdef";
    random[6] = static_cast<unsigned char>((random[6] & 0x0f) | 0x40); // version 4
    random[8] = static_cast<unsigned char>((random[8] & 0x3f) | 0x80); // variant of RFC 9562
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < random.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += digits[random[i] >> 4];
        text += digits[random[i] & 15];
    }
    return text;
}

} // namespace procd::front
