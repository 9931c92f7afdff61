#include "supervisor/core/terminal_answers.hpp"

#include <algorithm>
#include <charconv>

namespace core {

namespace {

// The first parameter of a sequence, which is 1 when it is left out.
std::size_t first_parameter(std::string_view parameters)
{
    std::size_t value = 1;
    std::from_chars(parameters.data(), parameters.data() + parameters.size(), value);
    return std::clamp<std::size_t>(value, 1, 10'000);
}

} // namespace

std::string terminal_answers::answer(std::string_view bytes)
{
    std::string answers;
    if (parser_.at_rest() && !has_control(bytes)) { // the common case: whole lines of plain text
        auto const newline = bytes.rfind('\n');
        if (newline != std::string_view::npos) {
            column_ = 1;
            bytes.remove_prefix(newline + 1);
        }
        follow_text(bytes);
        return answers;
    }
    while (auto const found = parser_.next(bytes)) {
        follow(*found);
        if (found->is == escape_parser::token::kind::csi)
            answers += answer_to(*found);
    }
    return answers;
}

void terminal_answers::follow_text(std::string_view text)
{
    for (char const c : text)
        if (c == '\t')
            column_ += 8 - (column_ - 1) % 8;
        else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) // not inside of a character
            ++column_;
}

void terminal_answers::follow(escape_parser::token const& found)
{
    using kind = escape_parser::token::kind;
    if (found.is == kind::text)
        return follow_text(found.bytes);
    char const c = found.is == kind::control ? found.bytes.front() : '\0';
    auto const back = [this](std::size_t columns) { column_ -= std::min(columns, column_ - 1); };
    if (c == '\n' || c == '\r')
        column_ = 1;
    else if (c == '\b')
        back(1);
    else if (c == '\t')
        follow_text("\t");
    else if (found.is != kind::csi)
        return;
    else if (found.final == 'G')
        column_ = first_parameter(found.bytes);
    else if (found.final == 'C')
        column_ += first_parameter(found.bytes);
    else if (found.final == 'D')
        back(first_parameter(found.bytes));
}

std::string terminal_answers::answer_to(escape_parser::token const& csi) const
{
    if (csi.final == 'n' && csi.bytes == "5")
        return "\x1b[0n";
    if (csi.final == 'n' && csi.bytes == "6")
        return "\x1b[1;" + std::to_string(column_) + 'R';
    if (csi.final == 'c' && (csi.bytes.empty() || csi.bytes == "0"))
        return "\x1b[?1;2c";
    return "";
}

} // namespace core
