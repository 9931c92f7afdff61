#include "supervisor/front/chunk_extension.hpp"
#include "tests/fixtures/catch.hpp"

#include <algorithm>
#include <string_view>

using procd::front::chunk_extension;

namespace {

bool is_right(std::string_view text)
{
    chunk_extension reader;
    return std::all_of(text.begin(), text.end(), [&](char c) { return reader.take(c); }) &&
           reader.whole();
}

} // namespace

TEST_CASE("an extension has a name, and a value that may be quoted", "[chunk_extension]")
{
    for (char const* const text : {"a", "a=b", "a=\"\"", "a=\"b c\"", "a=\"\\\"\\\\\"", "a;b=c;d",
                                   "a=\"x\";b", "a=\"\xc3\xbc\t\"", "a=\";=,\""})
        CHECK(is_right(text));
    for (char const* const text :
         {"",         ";",        "a;",       "a=",           "=b",       "\"a\"",      "a=b=c",
          "a b",      " a",       "a ",       "a =b",         "a= b",     "a=\"",       "a=\"\\\"",
          "a=\"b\"c", "a=\"b\"=", "a=\"\n\"", "a=\"\\\x7f\"", "\xc3\xbc", "a=\xc3\xbc", "a\r"})
        CHECK_FALSE(is_right(text));
}

TEST_CASE("an extension that is wrong stays so", "[chunk_extension]")
{
    chunk_extension reader;
    CHECK_FALSE(reader.take(' '));
    for (char const c : {'a', ';', '='})
        CHECK_FALSE(reader.take(c));
    CHECK_FALSE(reader.whole());
}
