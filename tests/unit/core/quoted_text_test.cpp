#include "supervisor/core/quoted_text.hpp"
#include "tests/fixtures/catch.hpp"

TEST_CASE("text that anybody can read stays as it is", "[quoted_text]")
{
    for (char const* const text :
         {"", "a b", "/?a=b'c", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
        CHECK(core::escaped(text) == text);
        CHECK(core::quoted(text) == std::string("\"") + text + "\"");
    }
}

TEST_CASE("each byte that does not stand for itself is escaped", "[quoted_text]")
{
    for (int byte = 0; byte < 256; ++byte) {
        std::string const text(1, static_cast<char>(byte));
        auto const shown = core::escaped(text);
        INFO(byte);
        CHECK(core::visible(text) == (byte == '"' || byte == '\\' ? text : shown));
        if (byte == '"' || byte == '\\')
            CHECK(shown == "\\" + text);
        else if (byte >= 0x20 && byte < 0x7f)
            CHECK(shown == text);
        else
            CHECK((shown.size() == 4 && shown.starts_with("\\x")));
    }
    CHECK(core::escaped("\x1b\n\x7f") == "\\x1b\\x0a\\x7f");
    CHECK(core::escaped("\xc2\x85") == "\\xc2\\x85"); // a C1 control character
    CHECK(core::escaped("\xc0\xaf\xed\xa0\x80") == "\\xc0\\xaf\\xed\\xa0\\x80");
    CHECK(core::escaped("\xe2\x82") == "\\xe2\\x82");
}

TEST_CASE("characters that change the direction or end a line are escaped", "[quoted_text]")
{
    auto const utf8 = [](unsigned code) {
        if (code < 0x800)
            return std::string{static_cast<char>(0xc0 | code >> 6),
                               static_cast<char>(0x80 | (code & 63))};
        return std::string{static_cast<char>(0xe0 | code >> 12),
                           static_cast<char>(0x80 | (code >> 6 & 63)),
                           static_cast<char>(0x80 | (code & 63))};
    };
    for (unsigned code = 0xa0; code < 0x3000; ++code) {
        bool const unseen = code == 0x61c || code == 0x200e || code == 0x200f ||
                            (code >= 0x2028 && code <= 0x202e) ||
                            (code >= 0x2066 && code <= 0x2069);
        CHECK((core::escaped(utf8(code)) != utf8(code)) == unseen);
    }
    CHECK(core::escaped("a\xe2\x80\xae"
                        "b\xd8\x9c") == "a\\u202eb\\u061c");
}
