#include "supervisor/core/escape_parser.hpp"

#include <algorithm>

namespace core {

namespace {

constexpr char esc = '\x1b', bel = '\a', del = '\x7f', c2 = '\xc2';

bool is_control(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == del;
}

bool is_text(char c)
{
    return !is_control(c) && c != c2;
}

bool is_between(char c, char first, char last)
{
    return c >= first && c <= last;
}

} // namespace

bool has_control(std::string_view bytes)
{
    return std::any_of(bytes.begin(), bytes.end(),
                       [](char c) { return !is_text(c) && c != '\t' && c != '\n'; });
}

void escape_parser::reset()
{
    at_ = state::ground;
    kept_.clear();
    too_long_ = false;
}

std::optional<escape_parser::token> escape_parser::next(std::string_view& chunk)
{
    while (!chunk.empty()) {
        char const c = chunk.front();
        if (at_ == state::ground && is_text(c))
            return text_of(chunk);
        bool const breaks_off =
            at_ == state::c2 ? !is_between(c, '\x80', '\xbf') : c == '\n' && at_ != state::ground;
        if (breaks_off) { // the byte is read again
            reset();
            continue;
        }
        chunk.remove_prefix(1);
        if (auto const found = step(c))
            return found;
    }
    return std::nullopt;
}

escape_parser::token escape_parser::text_of(std::string_view& chunk) const
{
    auto const end = std::find_if_not(chunk.begin(), chunk.end(), is_text);
    auto const size = static_cast<std::size_t>(end - chunk.begin());
    token const found{token::kind::text, chunk.substr(0, size)};
    chunk.remove_prefix(size);
    return found;
}

std::optional<escape_parser::token> escape_parser::step(char c)
{
    switch (at_) {
    case state::ground:
        kept_ = c;
        if (c != esc && c != c2)
            return token{token::kind::control, kept_};
        at_ = c == esc ? state::escape : state::c2;
        return std::nullopt;
    case state::c2:
        if (is_between(c, '\x80', '\x9f'))
            return after_escape(static_cast<char>(c - 0x40));
        reset();
        kept_ = {c2, c};
        return token{token::kind::text, kept_};
    case state::escape:
        return after_escape(c);
    case state::intermediate:
        if (is_between(c, ' ', '/'))
            return std::nullopt;
        reset();
        return token{token::kind::other, {}};
    case state::csi:
        return in_csi(c);
    case state::string:
        if (c == esc) {
            at_ = state::string_escape;
        } else if (c == bel) {
            reset();
            return token{token::kind::other, {}};
        }
        return std::nullopt;
    case state::string_escape:
        return after_escape(c); // ESC ends the string, and begins ST or another sequence
    }
    return std::nullopt;
}

std::optional<escape_parser::token> escape_parser::after_escape(char c)
{
    reset();
    switch (c) {
    case '[':
        at_ = state::csi;
        return std::nullopt;
    case ']': // OSC
    case 'P': // DCS
    case 'X': // SOS
    case '^': // PM
    case '_': // APC
        at_ = state::string;
        return std::nullopt;
    case esc:
        at_ = state::escape;
        return std::nullopt;
    default:
        if (is_between(c, ' ', '/')) {
            at_ = state::intermediate;
            return std::nullopt;
        }
        return token{token::kind::other, {}};
    }
}

// ESC, CAN and SUB break a control sequence off; other control characters in it are dropped.
std::optional<escape_parser::token> escape_parser::in_csi(char c)
{
    if (c == esc) {
        reset();
        at_ = state::escape;
        return std::nullopt;
    }
    if (c == '\x18' || c == '\x1a') {
        reset();
        return token{token::kind::other, {}};
    }
    if (is_control(c))
        return std::nullopt;
    if (is_between(c, ' ', '?')) {
        too_long_ = too_long_ || kept_.size() >= longest;
        if (!too_long_)
            kept_ += c;
        return std::nullopt;
    }
    bool const lost = too_long_ || !is_between(c, '@', '~');
    at_ = state::ground;
    too_long_ = false;
    return lost ? token{token::kind::other, {}} : token{token::kind::csi, kept_, c};
}

} // namespace core
