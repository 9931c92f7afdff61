#include "procfile/toml_limits.hpp"
#include "procfile/toml_tree.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/procfile/rendered.hpp"

using procfile::too_deep;

namespace {

std::string repeated(std::string const& part, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i)
        all += part;
    return all;
}

} // namespace

TEST_CASE("texts that people write are not too deep", "[toml_limits]")
{
    for (auto const& text :
         {std::string{}, std::string{"[app]\nname = 'x'\n[[a]]\nb = [[1.5, 2.5], [{ c.d = 1 }]]\n"},
          repeated("a = 1.5\n", 100), "a = [" + repeated("1.5, ", 100) + "]",
          "a = \"" + repeated("[.", 100) + "\\\"" + repeated("[.", 100) + "\"",
          "a = '" + repeated("[.", 100) + "' # " + repeated("[.", 100) + "\nb = 1",
          "a = \"\"\"\n" + repeated("[.\n\"\"", 100) + "\"\"\"\"\"\nb = 1",
          "a = '''" + repeated("[.''\n", 100) + "'''\nb = 1"}) {
        INFO(text);
        CHECK_FALSE(too_deep(text, "t"));
    }
}

TEST_CASE("the place where a text goes too deep is named", "[toml_limits]")
{
    CHECK_FALSE(too_deep("a" + repeated(".a", 31) + " = 1", "t"));
    auto const dotted = too_deep("x = 1\na" + repeated(".a", 32) + " = 1", "t");
    REQUIRE(dotted);
    CHECK(dotted->line == 2);
    CHECK(dotted->column == 64);
    CHECK(dotted->message == "a key of more than 32 parts");
    CHECK(too_deep("[a" + repeated(".a", 32) + "]", "t"));
    CHECK(too_deep("[a" + repeated(" . \"a\"", 32) + "]", "t"));
    CHECK(too_deep("k = { a" + repeated(".'a'", 32) + " = 1 }", "t"));

    CHECK_FALSE(too_deep("a = " + repeated("[", 32), "t"));
    auto const nested = too_deep("a = '''\n'''\nb = " + repeated("[\n", 33), "t");
    REQUIRE(nested);
    CHECK(nested->line == 35);
    CHECK(nested->column == 1);
    CHECK(nested->message == "arrays or tables that are more than 32 deep");
    CHECK(too_deep("a = " + repeated("{b=", 33), "t"));
    CHECK(too_deep("a = " + repeated("[{b=", 17), "t"));
}

TEST_CASE("a key or value that would need the whole stack is an error with its place",
          "[toml_limits]")
{
    for (auto const& text :
         {"a" + repeated(".a", 100'000) + " = 1\n", "[a" + repeated(".a", 100'000),
          "a = " + repeated("[", 100'000), "a = " + repeated("{b=", 100'000)}) {
        auto const parsed = procfile::parse_toml(text, "procd.toml");
        REQUIRE(parsed.diagnostics.size() == 1);
        CHECK(parsed.diagnostics.front().line == 1);
        CHECK(parsed.diagnostics.front().column > 0);
        CHECK(parsed.root.members.empty());
    }
}
