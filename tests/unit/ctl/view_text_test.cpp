#include "supervisor/ctl/view_text.hpp"
#include "tests/fixtures/catch.hpp"

TEST_CASE("Sizes have one digit after the point")
{
    CHECK(ctl::size_text(0) == "0B");
    CHECK(ctl::size_text(1023) == "1023B");
    CHECK(ctl::size_text(1024) == "1.0K");
    CHECK(ctl::size_text(1536 << 10) == "1.5M");
    CHECK(ctl::size_text(3ull << 30) == "3.0G");
    CHECK(ctl::size_text(5ull << 50) == "5120.0T");
}

TEST_CASE("Values that do not exist are dashes")
{
    CHECK(ctl::time_text(std::nullopt) == "-");
    CHECK(ctl::time_text(core::parse_iso("2026-11-23T07:30:00Z")) == "2026-11-23T07:30:00UTC");
    CHECK(ctl::number_text(std::optional<int>()) == "-");
    CHECK(ctl::number_text(std::optional(7)) == "7");
    CHECK(ctl::variables_text({}) == "-");
    CHECK(ctl::variables_text({"PATH", "PORT"}) == "PATH, PORT");
}

TEST_CASE("A word is quoted where a shell would need it")
{
    CHECK(ctl::shell_quoted("--title=a/b") == "--title=a/b");
    CHECK(ctl::shell_quoted("") == "''");
    CHECK(ctl::shell_quoted("it's") == "'it'\\''s'");
    CHECK(ctl::shell_quoted("a\x1b") == "'a\\x1b'");
}
