#include "supervisor/core/api_bytes.hpp"
#include "tests/fixtures/catch.hpp"

#include <utility>

using namespace core::api;

TEST_CASE("UTF-8 is told from what only looks like it")
{
    using item = std::pair<std::string, bool>;
    auto const [bytes, good] = GENERATE(values<item>({
        {"", true},
        {"plain\n\x01", true},
        {std::string("\0", 1), true},
        {"\xc3\xa9", true},
        {"\xe2\x82\xac", true},
        {"\xf0\x9f\x98\x80", true},
        {"\xf4\x8f\xbf\xbf", true},
        {"\xed\x9f\xbf", true},
        {"\x80", false}, // a continuation byte alone
        {"\xc3", false}, // an incomplete sequence
        {"\xe2\x82", false},
        {"\xf0\x9f\x98", false},
        {"\xc0\xaf", false}, // overlong
        {"\xe0\x80\xaf", false},
        {"\xf0\x80\x80\xaf", false},
        {"\xed\xa0\x80", false},     // a surrogate
        {"\xf4\x90\x80\x80", false}, // past U+10FFFF
        {"\xff", false},
        {"a\xc3z", false},
    }));
    INFO(to_base64(bytes));
    CHECK(is_utf8(bytes) == good);
    CHECK(is_utf8(replace_invalid_utf8(bytes)));
    CHECK((replace_invalid_utf8(bytes) == bytes) == good);
}

TEST_CASE("Base64 is RFC 4648's")
{
    using item = std::pair<std::string, std::string>;
    auto const [bytes, text] = GENERATE(values<item>({
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff", "+/8="},
    }));
    CHECK(to_base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
}

TEST_CASE("Every byte goes through base64 and back")
{
    std::string all;
    for (int n = 0; n < 256; ++n)
        all += static_cast<char>(n);
    CHECK(from_base64(to_base64(all)) == all);
}

TEST_CASE("What is no base64 is refused")
{
    auto const* const text = GENERATE("Z", "Zg", "Zg=", "Zg=a", "Zm9v=", "Z m8", "====", "Zm9\n");
    INFO(text);
    CHECK_FALSE(from_base64(text).has_value());
}
