#include "procfile/text.hpp"
#include "procfile/toml_tree.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/procfile/rendered.hpp"

using namespace procfile;
using kind = toml_value::kind;

TEST_CASE("values know their kind and where they stand", "[toml_tree]")
{
    parsed_toml const parsed = parse_toml("b = true\n"
                                          "[t]\n"
                                          "i = 7\n"
                                          "f = 0.5\n"
                                          "s = \"x\"\n"
                                          "d = 2026-11-23\n"
                                          "a = [1, \"y\"]\n"
                                          "in = { k = 1 }\n",
                                          "f");
    REQUIRE(parsed.diagnostics.empty());
    REQUIRE(parsed.root.members.size() == 2);
    toml_member const& b = parsed.root.members[0];
    CHECK(b.key == "b");
    CHECK((b.line == 1 && b.column == 1));
    CHECK((b.value.value_kind == kind::boolean && b.value.boolean));
    CHECK((b.value.line == 1 && b.value.column == 5));
    toml_member const& t = parsed.root.members[1];
    CHECK((t.key == "t" && t.line == 2 && t.column == 2));
    std::vector<toml_member> const& in_t = t.value.members;
    REQUIRE(in_t.size() == 6);
    CHECK((in_t[0].value.value_kind == kind::integer && in_t[0].value.integer == 7));
    CHECK((in_t[1].value.value_kind == kind::floating && in_t[1].value.floating == 0.5));
    CHECK((in_t[2].value.value_kind == kind::string && in_t[2].value.string == "x"));
    CHECK(in_t[3].value.value_kind == kind::date);
    REQUIRE(in_t[4].value.value_kind == kind::array);
    CHECK(in_t[4].value.items.at(1).string == "y");
    CHECK(in_t[4].value.items.at(1).column == 9);
    REQUIRE(in_t[5].value.value_kind == kind::table);
    CHECK(in_t[5].value.members.at(0).column == 8);
}

TEST_CASE("members stand in the order of the file", "[toml_tree]")
{
    parsed_toml const parsed = parse_toml("z = 1\na = 2\nm = 3\n", "f");
    std::string keys;
    for (toml_member const& member : parsed.root.members)
        keys += member.key;
    CHECK(keys == "zam");
}

TEST_CASE("columns count bytes, after a byte order mark", "[toml_tree]")
{
    parsed_toml const parsed = parse_toml("\xEF\xBB\xBF"
                                          "t = { \"\xC3\xA9\xE2\x82\xAC\" = 1, b = 2 }\n",
                                          "f");
    toml_member const& t = parsed.root.members.at(0);
    CHECK(t.column == 1);
    CHECK(t.value.members.at(0).column == 7);
    CHECK(t.value.members.at(1).key == "b");
    CHECK(t.value.members.at(1).column == 20);
}

TEST_CASE("what is no TOML is one error with its place", "[toml_tree]")
{
    std::string_view const text = "[app]\nname = shop\n";
    parsed_toml const parsed = parse_toml(text, "procd.toml");
    CHECK(parsed.root.members.empty());
    REQUIRE(parsed.diagnostics.size() == 1);
    CHECK(parsed.diagnostics[0].level == severity::error);
    CHECK(parsed.diagnostics[0].message.substr(0, 18) == "cannot parse this ");
    CHECK(parsed.diagnostics[0].line == 2);
    CHECK(parsed.diagnostics[0].column == 8);
    CHECK_FALSE(parsed.diagnostics[0].secret);

    for (char const* bad : {"a", "a =", "a = [1,", "[t", "a = 1\na = 2", "a = 022", "\"a",
                            "[[t]]\n[t]", "a = \"\xFF\"", "a = 1 b = 2"}) {
        INFO(bad);
        CHECK(parse_toml(bad, "f").diagnostics.size() == 1);
        CHECK(parse_toml(bad, "f").diagnostics.at(0).line > 0);
    }
}

TEST_CASE("a control byte is found before toml++ stumbles over it", "[toml_tree]")
{
    for (std::string const& text :
         {std::string{"a = 1\n[b.c\0_d]\n", 15}, std::string{"a = 1\n    \x02"},
          std::string{"a = 1\n# a\x7F"}, std::string{"a = 1\nb = '\x1B'"}}) {
        parsed_toml const parsed = parse_toml(text, "f");
        REQUIRE(parsed.diagnostics.size() == 1);
        CHECK(parsed.diagnostics[0].line == 2);
        CHECK(parsed.diagnostics[0].column > 3);
        CHECK(parsed.diagnostics[0].message == "a control character");
    }
    CHECK(parse_toml("\xEF\xBB\xBF\x01", "f").diagnostics.at(0).column == 1);
}

TEST_CASE("an error among variables does not show them", "[toml_tree]")
{
    for (std::string const text :
         {"[types.web.env]\nA = \"s3cret\n", "[types.web]\nenv = { A = \"s3cret }\n",
          "[types.web]\nenv.A = '''\ns3cret\n",
          "[types.web]\nenv = { A = \"\"\"x\ns3cret\\q\"\"\" }\n"}) {
        INFO(text);
        parsed_toml const parsed = parse_toml(text, "f");
        REQUIRE(parsed.diagnostics.size() == 1);
        CHECK(parsed.diagnostics[0].secret);
        CHECK(rendered(parsed.diagnostics, text).find("s3cret") == std::string::npos);
    }
}

TEST_CASE("lines that may hold variables are told by the word env", "[toml_tree]")
{
    std::vector<std::string_view> const lines = text::lines("[types.web.env]\n"
                                                            "A = 1\n"
                                                            "[types.web]\n"
                                                            "env = { A = 1 }\n"
                                                            "count = 1\n"
                                                            "[app]\n"
                                                            "env_files = []\n"
                                                            "environment = 1\n"
                                                            "x.env.A = 1\n");
    std::vector<bool> narrow, wide;
    for (unsigned line = 0; line <= 10; ++line) {
        narrow.push_back(may_hold_variables(lines, line));
        wide.push_back(may_hold_variables(lines, line, context::table));
    }
    CHECK(narrow == std::vector<bool>{false, true, true, false, true, false, false, false, false,
                                      true, true});
    CHECK(wide ==
          std::vector<bool>{false, true, true, false, true, true, false, false, false, true, true});
}

TEST_CASE("every kind has words", "[toml_tree]")
{
    for (kind const what : {kind::boolean, kind::integer, kind::floating, kind::string, kind::date,
                            kind::array, kind::table})
        CHECK_FALSE(describe(what).empty());
}
