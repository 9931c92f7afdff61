// The answers of a terminal to the questions that programs ask it. irb, for example, asks for the
// position of the cursor before each prompt, and waits for the answer.
#pragma once

#include "supervisor/core/escape_parser.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace core {

// The terminal of one program, which writes to it in whatever portions. Only the column of the
// cursor is followed. Every character counts as one column.
class terminal_answers {
public:
    // The answers to the questions in these bytes, in their order: to CSI 5 n (its state), CSI 6 n
    // (the position of the cursor; the row is always 1) and CSI c (its kind: a VT100).
    std::string answer(std::string_view bytes);

private:
    void follow(escape_parser::token const& found);
    void follow_text(std::string_view text);
    std::string answer_to(escape_parser::token const& csi) const;

    escape_parser parser_;
    std::size_t column_ = 1;
};

} // namespace core
