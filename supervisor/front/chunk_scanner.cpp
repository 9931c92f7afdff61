#include "supervisor/front/chunk_scanner.hpp"

#include "supervisor/front/head_fields.hpp"

#include <algorithm>
#include <optional>

namespace procd::front {

namespace {

constexpr std::size_t most_size_digits = 16; // every such number fits into 64 bits

std::optional<unsigned> hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f')
        return static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return static_cast<unsigned>(c - 'A') + 10;
    return std::nullopt;
}

} // namespace

chunk_scanner::step chunk_scanner::feed(std::string_view bytes)
{
    return run(bytes, nullptr);
}

chunk_scanner::step chunk_scanner::decode(std::string_view bytes, std::string& payload)
{
    return run(bytes, &payload);
}

chunk_scanner::step chunk_scanner::run(std::string_view bytes, std::string* payload)
{
    std::size_t used = 0;
    while (used < bytes.size() && state_ != state::done && state_ != state::bad) {
        if (state_ != state::data) {
            state_ = next(bytes[used]);
            used += state_ == state::bad ? 0 : 1;
            continue;
        }
        auto const piece = bytes.substr(used, left_);
        if (payload)
            payload->append(piece);
        used += piece.size();
        left_ -= piece.size();
        if (left_ == 0)
            state_ = state::data_cr;
    }
    return {used, state_ == state::done, state_ == state::bad};
}

// The state behind a byte that is no data.
chunk_scanner::state chunk_scanner::next(char c)
{
    switch (state_) {
    case state::size_begin:
        left_ = size_line_ = 0;
        return hex_value(c) ? in_size(c) : state::bad;
    case state::size:
        return in_size(c);
    case state::extension:
        return in_extension(c);
    case state::size_lf:
        return c != '\n' ? state::bad : left_ == 0 ? state::trailer_begin : state::data;
    case state::data_cr:
        return c == '\r' ? state::data_lf : state::bad;
    case state::data_lf:
        return c == '\n' ? state::size_begin : state::bad;
    case state::trailer_begin:
    case state::trailer_name:
    case state::trailer_value:
    case state::trailer_lf:
    case state::last_lf:
        return ++trailers_ > longest_trailers ? state::bad : in_trailer(c);
    case state::data:
    case state::done:
    case state::bad:
        break;
    }
    return state::bad;
}

chunk_scanner::state chunk_scanner::in_size(char c)
{
    if (c == '\r')
        return state::size_lf;
    if (c == ';') {
        size_line_ = 0;
        extension_ = {};
        return state::extension;
    }
    auto const digit = hex_value(c);
    if (!digit || ++size_line_ > most_size_digits)
        return state::bad;
    left_ = left_ * 16 + *digit;
    return state::size;
}

chunk_scanner::state chunk_scanner::in_extension(char c)
{
    if (c == '\r')
        return extension_.whole() ? state::size_lf : state::bad;
    return ++size_line_ <= longest_extension && extension_.take(c) ? state::extension : state::bad;
}

chunk_scanner::state chunk_scanner::in_trailer(char c)
{
    switch (state_) {
    case state::trailer_begin:
        if (c == '\r')
            return state::last_lf;
        return is_token_character(c) ? state::trailer_name : state::bad;
    case state::trailer_name:
        if (c == ':')
            return state::trailer_value;
        return is_token_character(c) ? state::trailer_name : state::bad;
    case state::trailer_value:
        if (c == '\r')
            return state::trailer_lf;
        return is_value_character(c) ? state::trailer_value : state::bad;
    case state::trailer_lf:
        return c == '\n' ? state::trailer_begin : state::bad;
    case state::last_lf:
        return c == '\n' ? state::done : state::bad;
    case state::size_begin:
    case state::size:
    case state::extension:
    case state::size_lf:
    case state::data:
    case state::data_cr:
    case state::data_lf:
    case state::done:
    case state::bad:
        break;
    }
    return state::bad;
}

} // namespace procd::front
