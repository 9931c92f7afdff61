#include "supervisor/core/shared_screen.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>
#include <vector>

namespace {

using core::shared_screen;
using line = shared_screen::line;

// A whole line as it is shown.
std::string shown(std::string const& bytes)
{
    shared_screen screen;
    return screen.piece(bytes, line::ends).text;
}

} // namespace

TEST_CASE("colours and attributes stay, and a line with them ends plain", "[shared_screen]")
{
    CHECK(shown("plain \xc3\xa4 \xe2\x82\xac\ttext\a") == "plain \xc3\xa4 \xe2\x82\xac\ttext\a");
    CHECK(shown("\x1b[31mred") == "\x1b[31mred\x1b[0m");
    CHECK(shown("\x1b[31mred\x1b[0m") == "\x1b[31mred\x1b[0m");
    CHECK(shown("\x1b[1;38;5;208mx\x1b[m y") == "\x1b[1;38;5;208mx\x1b[m y\x1b[0m");
    CHECK(shown("\x1b[38:2::1:2:3mx") == "\x1b[38:2::1:2:3mx\x1b[0m");
    CHECK(shown("\xc2\x9b"
                "32mgreen") == "\x1b[32mgreen\x1b[0m");
}

TEST_CASE("what moves, erases, asks or changes modes is left out", "[shared_screen]")
{
    for (std::string const sequence : {"\x1b[2J",
                                       "\x1b[3J",
                                       "\x1b[H",
                                       "\x1b[1;1H",
                                       "\x1b[0J",
                                       "\x1b[A",
                                       "\x1b[5B",
                                       "\x1b[3C",
                                       "\x1b[2D",
                                       "\x1b[?25l",
                                       "\x1b[?1049h",
                                       "\x1b[?1000h",
                                       "\x1b[?2004h",
                                       "\x1b[6n",
                                       "\x1b[5n",
                                       "\x1b[c",
                                       "\x1b[>c",
                                       "\x1b[r",
                                       "\x1b[1;5r",
                                       "\x1b[2 q",
                                       "\x1b[!p",
                                       "\x1b[4h",
                                       "\x1b[s",
                                       "\x1b[u",
                                       "\x1b[L",
                                       "\x1b[M",
                                       "\x1b[P",
                                       "\x1b[S",
                                       "\x1b[T",
                                       "\x1b[X",
                                       "\x1b[>4;2m",
                                       "\x1b[?4m",
                                       "\x1b[1K",
                                       "\x1b[7t",
                                       "\x1b"
                                       "c",
                                       "\x1b"
                                       "7",
                                       "\x1b"
                                       "8",
                                       "\x1b"
                                       "D",
                                       "\x1b"
                                       "E",
                                       "\x1bM",
                                       "\x1b=",
                                       "\x1b>",
                                       "\x1b(0",
                                       "\x1b#8",
                                       "\x1b%G",
                                       "\x1bN",
                                       "\x1b]0;title\a",
                                       "\x1b]0;title\x1b\\",
                                       "\x1b]11;?\a",
                                       "\x1b]8;;http://a\x1b\\",
                                       "\x1bP+q544e\x1b\\",
                                       "\x1b_apc\x1b\\",
                                       "\x1b^pm\x1b\\",
                                       "\x1bXsos\x1b\\",
                                       "\xc2\x9b"
                                       "2J",
                                       "\xc2\x9d"
                                       "0;t\a",
                                       "\xc2\x90"
                                       "q\xc2\x9c\x1b\\",
                                       "\xc2\x85",
                                       "\x05",
                                       "\x0e",
                                       "\x0f",
                                       "\x0b",
                                       "\x0c",
                                       "\x7f",
                                       "\x18",
                                       "\x1a",
                                       "\x01"}) {
        INFO(sequence.substr(1));
        CHECK(shown("a" + sequence + "b") == "ab");
        CHECK(shown(sequence + "ab") == "ab");
    }
    CHECK(shown(std::string("a\0b", 3)) == "ab");
}

TEST_CASE("a sequence that is broken off costs its line alone", "[shared_screen]")
{
    shared_screen screen;
    for (std::string const open : {"\x1b", "\x1b[", "\x1b[3", "\x1b]0;title", "\x1bP", "\x1b("}) {
        INFO(open.substr(1));
        CHECK(screen.piece("a" + open, line::ends).text == "a");
        CHECK(screen.piece("next", line::ends).text == "next");
    }
    CHECK(shown("\x1b[3\x1b[32mx") == "\x1b[32mx\x1b[0m"); // ESC begins a new one
    CHECK(shown("\x1b[" + std::string(5000, '1') + "mx") == "x");
    CHECK(shown("a\xc2") == "a");
    CHECK(shown("a\xc2\x1b"
                "c\x9b"
                "2J") == "a\x9b"
                         "2J"); // no control comes about
}

TEST_CASE("a line that is drawn anew shows its last state", "[shared_screen]")
{
    CHECK(shown("10%\r20%\r100%") == "100%");
    CHECK(shown("10%\r") == "10%");
    CHECK(shown("text\r") == "text");
    CHECK(shown("10%\x1b[G20%") == "20%");
    CHECK(shown("10%\x1b[1G20%") == "20%");
    CHECK(shown("10%\r\x1b[K") == "");
    CHECK(shown("10%\x1b[2K") == "");
    CHECK(shown("10%\x1b[K") == "10%"); // nothing is right of the cursor
    CHECK(shown("\x1b[31m10%\r\x1b[32m20%") == "\x1b[32m20%\x1b[0m");
    CHECK(shown("\x1b[31m10%\r20%") == "\x1b[31m20%\x1b[0m");
    CHECK(shown("|\b/\b-\b\\") == "\\");
    CHECK(shown("N\bNA\xc3\xa4\b\xc3\xb6") == "NA\xc3\xb6"); // bold by overstriking
    CHECK(shown("\b\ba") == "a");
    CHECK(shown("\x1b[31m\b\bx") == "\x1b[31mx\x1b[0m");
}

TEST_CASE("the pieces of a line go on in the style of the one before", "[shared_screen]")
{
    shared_screen screen;
    auto const first = screen.piece("\x1b[1;31m10%", line::goes_on);
    CHECK(first.text == "\x1b[1;31m10%\x1b[0m");
    CHECK_FALSE(first.anew);
    auto const second = screen.piece(" of 5", line::goes_on);
    CHECK(second.text == "\x1b[1;31m of 5\x1b[0m");
    CHECK_FALSE(second.anew);
    auto const third = screen.piece("\r20%", line::goes_on);
    CHECK(third.text == "\x1b[1;31m20%\x1b[0m");
    CHECK(third.anew);
    auto const last = screen.piece("\x1b[0m", line::ends);
    CHECK(last.text == "\x1b[1;31m\x1b[0m");
    CHECK(screen.shows_as_it_is("plain"));
}

TEST_CASE("the style goes on in the next line", "[shared_screen]")
{
    shared_screen screen;
    screen.piece("\x1b[32mone", line::ends);
    CHECK_FALSE(screen.shows_as_it_is("two"));
    CHECK(screen.piece("two", line::ends).text == "\x1b[32mtwo\x1b[0m");
    screen.piece("\x1b[39m", line::ends);
    CHECK(screen.shows_as_it_is("three"));
    CHECK(screen.piece("three", line::ends).text == "three");
    CHECK_FALSE(screen.shows_as_it_is("\x1b"));
    CHECK_FALSE(screen.shows_as_it_is("a\rb"));
    CHECK_FALSE(screen.shows_as_it_is("\xc2\x9b"));
}

TEST_CASE("of empty lines in a row two are shown", "[shared_screen]")
{
    shared_screen screen;
    auto const hidden = [&](std::string const& bytes) {
        return screen.piece(bytes, line::ends).hidden;
    };
    CHECK_FALSE(hidden(""));
    CHECK_FALSE(hidden("\x1b[2J")); // an empty line, too
    CHECK(hidden(""));
    CHECK(hidden("\x1b[31m\x1b[0m"));
    CHECK_FALSE(hidden("text"));
    CHECK_FALSE(hidden(""));
    CHECK_FALSE(hidden(""));
    CHECK_FALSE(screen.shows_as_it_is("\n"));
    CHECK(hidden(""));
    CHECK_FALSE(screen.shows_as_it_is("a\n\nb\n"));
    CHECK(screen.shows_as_it_is("a\nb\n"));
    CHECK_FALSE(hidden(""));
    for (int i = 0; i < 5; ++i)
        CHECK_FALSE(hidden("\x1b[32mtext\x1b[0m"));
    CHECK_FALSE(hidden(""));
    screen.piece("begun", line::goes_on);
    CHECK_FALSE(hidden("")); // it ends a line that is not empty
    CHECK(screen.shows_as_it_is("begun"));
    CHECK_FALSE(hidden(""));
}

TEST_CASE("it makes no difference how a line is cut into pieces", "[shared_screen]")
{
    std::string const whole = "a\x1b[1;31mb\x1b]0;t\x1b\\c\xc2\x9b"
                              "4md\xc2\xa9"
                              "e\x1b[2Jf";
    auto const plain = [](std::string text) { // without the styles
        std::string kept;
        for (std::size_t i = 0; i < text.size(); ++i)
            if (text[i] == '\x1b')
                i = text.find('m', i);
            else
                kept += text[i];
        return kept;
    };
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        shared_screen screen;
        auto text = screen.piece(whole.substr(0, cut), line::goes_on).text;
        text += screen.piece(whole.substr(cut), line::ends).text;
        INFO(cut);
        CHECK(plain(text) == "abcd\xc2\xa9"
                             "ef");
    }
}
