#include "supervisor/core/terminal_answers.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>

using core::terminal_answers;

namespace {

// The column after these bytes, as a program is told that asks for it.
std::string column_after(std::string const& bytes)
{
    terminal_answers terminal;
    auto text = terminal.answer(bytes);
    CHECK(text.empty());
    text = terminal.answer("\x1b[6n");
    CHECK(text.starts_with("\x1b[1;"));
    return text.substr(4, text.size() - 5);
}

} // namespace

TEST_CASE("a terminal answers for its state, the cursor and its kind", "[terminal_answers]")
{
    terminal_answers terminal;
    CHECK(terminal.answer("\x1b[5n") == "\x1b[0n");
    CHECK(terminal.answer("\x1b[6n") == "\x1b[1;1R");
    CHECK(terminal.answer("\x1b[c") == "\x1b[?1;2c");
    CHECK(terminal.answer("\x1b[0c") == "\x1b[?1;2c");
    CHECK(terminal.answer("\xc2\x9b"
                          "5n") == "\x1b[0n");
    CHECK(terminal.answer("> \x1b[5n\x1b[6n") == "\x1b[0n\x1b[1;3R");
    CHECK(terminal.answer("plain text\n").empty());
    for (auto const* other : {"\x1b[7n", "\x1b[?6n", "\x1b[>c", "\x1b]11;?\a", "\x1b[31m"})
        CHECK(terminal.answer(other).empty());
}

TEST_CASE("a question may come in portions", "[terminal_answers]")
{
    terminal_answers terminal;
    CHECK(terminal.answer("ab\x1b").empty());
    CHECK(terminal.answer("[").empty());
    CHECK(terminal.answer("6").empty());
    CHECK(terminal.answer("n") == "\x1b[1;3R");
}

TEST_CASE("the column of the cursor is followed", "[terminal_answers]")
{
    CHECK(column_after("") == "1");
    CHECK(column_after("irb> ") == "6");
    CHECK(column_after("line\n") == "1");
    CHECK(column_after("line\nab") == "3");
    CHECK(column_after("\xe2\x96\xbd\xc3\xa4") == "3");
    CHECK(column_after("abc\rd") == "2");
    CHECK(column_after("abc\b") == "3");
    CHECK(column_after("\b") == "1");
    CHECK(column_after("a\t") == "9");
    CHECK(column_after("abc\x1b[2D") == "2");
    CHECK(column_after("abc\x1b[9D") == "1");
    CHECK(column_after("abc\x1b[C") == "5");
    CHECK(column_after("abc\x1b[1G") == "1");
    CHECK(column_after("abc\x1b[31mde\x1b[0m") == "6");
    CHECK(column_after("a\x1b]0;title\ab") == "3");
}
