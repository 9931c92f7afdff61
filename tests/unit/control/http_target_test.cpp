#include "supervisor/control/http_target.hpp"
#include "tests/fixtures/catch.hpp"

using procd::control::parse_target;
using texts = std::vector<std::string>;

TEST_CASE("A target is taken apart and decoded")
{
    auto const target = parse_target("/v1/processes/web%2E1?lines=%31&process=a,b&process=c&x");
    REQUIRE(target.has_value());
    CHECK(target->path == texts{"v1", "processes", "web.1"});
    CHECK(target->value("lines") == "1");
    CHECK(target->value("x") == "");
    CHECK_FALSE(target->value("none"));
    CHECK(target->values("process") == texts{"a", "b", "c"});
}

TEST_CASE("A slash that was encoded is part of a name, and the last value counts")
{
    auto const target = parse_target("/a%2fb?x=1&x=2");
    REQUIRE(target.has_value());
    CHECK(target->path == texts{"a/b"});
    CHECK(target->value("x") == "2");
}

TEST_CASE("A plus is a plus")
{
    CHECK(parse_target("/x?since=2026-11-23T07:30:00+02:00")->value("since") ==
          "2026-11-23T07:30:00+02:00");
}

TEST_CASE("One slash at the end makes no difference")
{
    CHECK(parse_target("/v1/status/")->path == parse_target("/v1/status")->path);
    CHECK(parse_target("/")->path == texts{""});
}

TEST_CASE("What is no path or wrongly encoded is refused")
{
    auto const* const text =
        GENERATE("", "*", "http://x/", "/%", "/%4", "/%zz", "/x?a=%", "/x?%g0");
    INFO(text);
    CHECK_FALSE(parse_target(text).has_value());
}
