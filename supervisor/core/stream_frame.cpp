#include "supervisor/core/stream_frame.hpp"

#include <algorithm>

namespace core {

namespace {

constexpr std::size_t head_size = 5;

void append_big_endian(std::string& to, std::uint32_t number, int bytes)
{
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        to += static_cast<char>((number >> shift) & 0xFF);
}

std::uint32_t big_endian(std::string_view bytes)
{
    std::uint32_t number = 0;
    for (char const c : bytes)
        number = number << 8 | static_cast<unsigned char>(c);
    return number;
}

} // namespace

void append_frame(std::string& to, frame_type type, std::string_view payload)
{
    do {
        auto const piece = payload.substr(0, largest_payload);
        to += static_cast<char>(type);
        append_big_endian(to, static_cast<std::uint32_t>(piece.size()), 4);
        to += piece;
        payload.remove_prefix(piece.size());
    } while (!payload.empty());
}

std::string resize_payload(frame_size size)
{
    std::string text;
    append_big_endian(text, size.rows, 2);
    append_big_endian(text, size.columns, 2);
    return text;
}

std::optional<frame_size> parse_resize(std::string_view payload)
{
    if (payload.size() != 4)
        return std::nullopt;
    return frame_size{static_cast<std::uint16_t>(big_endian(payload.substr(0, 2))),
                      static_cast<std::uint16_t>(big_endian(payload.substr(2)))};
}

std::string credit_payload(std::uint32_t bytes)
{
    std::string text;
    append_big_endian(text, bytes, 4);
    return text;
}

std::optional<std::uint32_t> parse_credit(std::string_view payload)
{
    return payload.size() == 4 ? std::optional(big_endian(payload)) : std::nullopt;
}

std::optional<frame> frame_reader::next()
{
    auto const there = std::string_view(buffer_).substr(at_);
    if (broken_ || there.size() < head_size) {
        buffer_.erase(0, at_);
        at_ = 0;
        return std::nullopt;
    }
    auto const type = static_cast<std::uint8_t>(there[0]);
    auto const size = big_endian(there.substr(1, 4));
    if (type > static_cast<std::uint8_t>(frame_type::credit) || size > largest_payload) {
        broken_ = true;
        return std::nullopt;
    }
    if (there.size() < head_size + size) {
        buffer_.erase(0, at_);
        at_ = 0;
        return std::nullopt;
    }
    at_ += head_size + size;
    return frame{static_cast<frame_type>(type), std::string(there.substr(head_size, size))};
}

} // namespace core
