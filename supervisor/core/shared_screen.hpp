// A program's lines as they are shown on a terminal that it shares with others. Colours and
// attributes stay. Everything else that a terminal would obey is left out: moving the cursor,
// erasing, modes, titles, questions. A line that the program draws anew (a progress bar, with a
// carriage return) is shown in its last state. Of empty lines in a row two are shown: some programs
// (vite) write a screen of them before they clear it.
#pragma once

#include "supervisor/core/escape_parser.hpp"
#include "supervisor/core/text_style.hpp"

#include <string>
#include <string_view>

namespace core {

// The lines of one program, one after the other.
class shared_screen {
public:
    // Tells whether these bytes, which are whole lines or a piece of one, are shown as they are.
    // Then piece() need not be asked.
    bool shows_as_it_is(std::string_view bytes);

    struct shown {
        std::string text; // it begins with the style that goes on, and ends with no style
        bool anew;        // it replaces the pieces of the same line that were shown before
        bool hidden;      // the line is not shown at all, because empty ones come before it
    };
    // The next piece of a line (without the newline), or all of it. The style of one line goes on
    // in the next one.
    enum class line { goes_on, ends };
    shown piece(std::string_view bytes, line then);

private:
    void add(escape_parser::token const& found);
    void add_text(std::string_view text);
    void control(char c);
    void sequence(escape_parser::token const& csi);
    void drop_last();
    void begin_anew();
    bool is_one_empty_line_more(line then);

    escape_parser parser_;
    text_style style_;
    std::string out_;
    std::size_t text_size_ = 0; // bytes at the end of out_ without a sequence between them
    bool at_start_ = false;     // the next text replaces the line so far
    bool any_text_ = false;     // out_ has more than styles
    bool anew_ = false;
    bool earlier_ = false; // a piece of this line was shown before
    int empty_lines_ = 0;  // that came last
};

} // namespace core
