#include "supervisor/os/pattern.hpp"
#include "tests/fixtures/catch.hpp"

using namespace std::string_literals;

TEST_CASE("a pattern is an extended regular expression on bytes", "[pattern]")
{
    os::pattern const p("(GET|POST) /x+$");
    CHECK(p.error().empty());
    CHECK(p.found_in("10:00 GET /xx"));
    CHECK_FALSE(p.found_in("GET /xx y"));
    CHECK(os::pattern("b$").found_in("a\0b"s));
    CHECK(os::pattern("").found_in(""));
    CHECK_FALSE(os::pattern("a").found_in(std::string_view("ba", 1)));
    CHECK(os::pattern("\xff").found_in("x\xff"));
    CHECK(os::pattern("x(y|z)*w").found_in(std::string(70'000, 'x') + "yzw"));
}

TEST_CASE("a text that is no pattern says why", "[pattern]")
{
    CHECK_FALSE(os::pattern("(").error().empty());
    CHECK_FALSE(os::pattern("[a").error().empty());
}
