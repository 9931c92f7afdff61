#include "procfile/text.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>

using namespace procfile;
using views = std::vector<std::string_view>;

TEST_CASE("a text is split into lines without their ends", "[text]")
{
    CHECK(text::lines("").empty());
    CHECK(text::lines("\n") == views{""});
    CHECK(text::lines("a") == views{"a"});
    CHECK(text::lines("a\n") == views{"a"});
    CHECK(text::lines("a\n\nb") == views{"a", "", "b"});
    CHECK(text::lines("a\r\nb\r\n") == views{"a", "b"});
    CHECK(text::lines("a\r\r\n") == views{"a\r"});
    CHECK(text::lines("a\rb") == views{"a\rb"});
    CHECK(text::lines("a\r") == views{"a"});
}

TEST_CASE("a byte order mark is no part of the first line", "[text]")
{
    CHECK(text::lines("\xEF\xBB\xBF"
                      "a\nb") == views{"a", "b"});
    CHECK(text::lines("\xEF\xBB\xBF").empty());
    CHECK(text::lines("a\n\xEF\xBB\xBF"
                      "b") == views{"a", "\xEF\xBB\xBF"
                                         "b"});
    CHECK(text::lines("\xEF\xBB") == views{"\xEF\xBB"});
}

TEST_CASE("one line is the same as that of all lines", "[text]")
{
    for (std::string_view const s : {"", "\n", "a", "a\n", "a\n\nb",
                                     "\xEF\xBB\xBF"
                                     "a\r\nb\r\n",
                                     "a\r"}) {
        views const all = text::lines(s);
        for (unsigned number = 1; number <= all.size(); ++number)
            CHECK(text::line(s, number) == all[number - 1]);
        CHECK(text::line(s, 0) == std::nullopt);
        CHECK(text::line(s, static_cast<unsigned>(all.size()) + 1) == std::nullopt);
    }
}

TEST_CASE("blanks are trimmed at both ends and skipped from anywhere", "[text]")
{
    CHECK(text::trim(" \t\v\f\ra b \r") == "a b");
    CHECK(text::trim(" \t").empty());
    CHECK(text::trim("").empty());
    CHECK(text::skip_blanks("  a") == 2);
    CHECK(text::skip_blanks("a  b", 1) == 3);
    CHECK(text::skip_blanks("a  ", 1) == 3);
    CHECK_FALSE(text::is_blank('\n'));
}

TEST_CASE("text is shown without harm to a terminal", "[text]")
{
    using procfile::text::visible;
    CHECK(visible("plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80") ==
          "plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
    CHECK(visible("a\x1b[2J\n\r\t\x7f") == "a\\x1b[2J\\x0a\\x0d\\x09\\x7f");
    CHECK(visible(std::string_view("a\0b", 3)) == "a\\x00b");
    CHECK(visible("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0") ==
          "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f\xc2\xa0"); // U+009B begins a sequence as ESC [ does
    CHECK(visible("\x9b"
                  "2J\xff\xc3") == "\\x9b"
                                   "2J\\xff\\xc3");
    CHECK(visible("\xed\xa0\x80\xc0\xaf") == "\\xed\\xa0\\x80\\xc0\\xaf");
    CHECK(visible("a\tb", procfile::text::tabs::kept) == "a\tb");
    CHECK(procfile::text::visible_lines("a\tb\n\x1b\n") == "a\tb\n\\x1b\n");
    for (int first = 0; first < 256; ++first) // whatever the bytes are
        for (int second = 0; second < 256; ++second)
            for (char const c :
                 visible(std::string{static_cast<char>(first), static_cast<char>(second), 'x'}))
                REQUIRE((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
}
