#include "supervisor/core/shared_screen.hpp"

#include <utility>

namespace core {

namespace {

constexpr int most_empty_lines = 2; // in a row

} // namespace

bool shared_screen::shows_as_it_is(std::string_view bytes)
{
    bool const any_empty = bytes.starts_with('\n') || bytes.find("\n\n") != std::string_view::npos;
    if (any_empty || !parser_.at_rest() || at_start_ || !style_.plain() || has_control(bytes))
        return false;
    empty_lines_ = 0;
    earlier_ = !bytes.ends_with('\n');
    return true;
}

bool shared_screen::is_one_empty_line_more(line then)
{
    bool const empty = !earlier_ && then == line::ends && !any_text_;
    empty_lines_ = empty ? empty_lines_ + 1 : 0;
    return empty_lines_ > most_empty_lines;
}

shared_screen::shown shared_screen::piece(std::string_view bytes, line then)
{
    out_ = style_.sequence();
    text_size_ = 0;
    any_text_ = false;
    anew_ = false;
    while (auto const found = parser_.next(bytes))
        add(*found);
    bool const hidden = is_one_empty_line_more(then);
    if (out_.find('\x1b') != std::string::npos && !out_.ends_with(text_style::reset))
        out_ += text_style::reset;
    earlier_ = then == line::goes_on;
    if (then == line::ends) {
        parser_.reset();
        at_start_ = false;
    }
    return {std::exchange(out_, {}), anew_, hidden};
}

void shared_screen::add(escape_parser::token const& found)
{
    switch (found.is) {
    case escape_parser::token::kind::text:
        return add_text(found.bytes);
    case escape_parser::token::kind::control:
        return control(found.bytes.front());
    case escape_parser::token::kind::csi:
        return sequence(found);
    case escape_parser::token::kind::other:
        return;
    }
}

void shared_screen::add_text(std::string_view text)
{
    if (at_start_)
        begin_anew();
    out_ += text;
    text_size_ += text.size();
    any_text_ = true;
}

void shared_screen::begin_anew()
{
    at_start_ = false;
    anew_ = earlier_;
    out_ = style_.sequence();
    text_size_ = 0;
    any_text_ = false;
}

void shared_screen::drop_last()
{
    bool inside = true; // a character of several bytes
    while (inside && text_size_ > 0) {
        inside = (static_cast<unsigned char>(out_.back()) & 0xC0) == 0x80;
        out_.pop_back();
        --text_size_;
    }
}

void shared_screen::control(char c)
{
    switch (c) {
    case '\t':
    case '\a':
        return add_text({&c, 1});
    case '\r':
        at_start_ = true;
        return;
    case '\b': // the character before is written over next
        return at_start_ ? void() : drop_last();
    default:
        return;
    }
}

void shared_screen::sequence(escape_parser::token const& csi)
{
    if (csi.final == 'm') {
        if (!style_.apply(csi.bytes))
            return;
        ((out_ += "\x1b[") += csi.bytes) += 'm';
        text_size_ = 0;
    } else if (csi.final == 'G' && (csi.bytes.empty() || csi.bytes == "1")) {
        at_start_ = true;
    } else if (csi.final == 'K' && (csi.bytes == "2" || (at_start_ && csi.bytes != "1"))) {
        begin_anew();
    }
}

} // namespace core
