#include "supervisor/core/text_style.hpp"
#include "tests/fixtures/catch.hpp"

#include <initializer_list>
#include <string>

namespace {

// The style after these sequences, as the sequence that sets it.
std::string after(std::initializer_list<char const*> sequences)
{
    core::text_style style;
    for (auto const* each : sequences)
        CHECK(style.apply(each));
    auto text = style.sequence();
    return text.empty() ? "" : text.substr(2, text.size() - 3);
}

} // namespace

TEST_CASE("a style is what was set last", "[text_style]")
{
    CHECK(after({}) == "");
    CHECK(after({"31"}) == "31");
    CHECK(after({"31", "32"}) == "32");
    CHECK(after({"1;4;31", "42"}) == "1;4;31;42");
    CHECK(after({"97;107"}) == "97;107");
    CHECK(after({"38;5;208"}) == "38;5;208");
    CHECK(after({"38;2;1;2;3;1"}) == "1;38;2;1;2;3");
    CHECK(after({"38:2::1:2:3;1"}) == "1;38:2::1:2:3");
    CHECK(after({"48;5;7;58;5;9"}) == "48;5;7;58;5;9");
    CHECK(after({"4:3"}) == "4");
    CHECK(after({"21"}) == "4");
}

TEST_CASE("each part of a style can be ended", "[text_style]")
{
    for (auto const* reset : {"", "0", "00", ";", "1;0"})
        CHECK(after({"1;31;42;4", reset}) == "");
    CHECK(after({"1;2;3;4;5;6;7;8;9", "22"}) == "3;4;5;6;7;8;9");
    CHECK(after({"1;2;3;4;5;6;7;8;9", "25;23"}) == "1;2;4;7;8;9");
    CHECK(after({"3;4;7;8;9", "23;24;27;28;29"}) == "");
    CHECK(after({"31;42;58;5;1", "39"}) == "42;58;5;1");
    CHECK(after({"31;42;58;5;1", "49;59"}) == "31");
    CHECK(after({"31", "0;32"}) == "32");
}

TEST_CASE("unknown and broken numbers change nothing", "[text_style]")
{
    for (auto const* odd : {"11", "26", "73", "999999999999", "53", "38;", "38"})
        CHECK(after({"31", odd}).substr(0, 1) != "");
    CHECK(after({"31", "73;999999999999"}) == "31");
    core::text_style style;
    for (auto const* other : {">4;2", "?4", "=1", "4 ", "1!"})
        CHECK_FALSE(style.apply(other));
    CHECK(style.plain());
}
