#include "procfile/env_file.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/procfile/rendered.hpp"

using namespace procfile;

namespace {

std::string findings_in(std::string_view text)
{
    return rendered(parse_env(text, ".env").diagnostics, text);
}

// Every assignment as "K=V", one on each line, with the number of the line in which it begins.
std::string read(std::string_view text)
{
    std::string all;
    for (assignment const& a : parse_env(text, ".env").assignments)
        all += std::to_string(a.line) + " " + a.key + "=" + a.value + "\n";
    return all;
}

} // namespace

TEST_CASE("assignments are read in order, repeats kept", "[env_file]")
{
    CHECK(read("A=1\n\n# c\nexport B = 2\nA=3") == "1 A=1\n4 B=2\n5 A=3\n");
    CHECK(findings_in("A=1\n\n# c\nexport B = 2\nA=3").empty());
}

TEST_CASE("values are read with quotes, escapes and comments", "[env_file]")
{
    struct {
        char const* text;
        char const* value;
    } const cases[] = {
        // unquoted
        {"A=", ""},
        {"A= ", ""},
        {"A=a b  c ", "a b  c"},
        {"A=a#b", "a#b"},
        {"A=a #b", "a"},
        {"A=a\t#b", "a"},
        {"A=#b", ""},
        {"A= # b", ""},
        {"A=a=b", "a=b"},
        {"A=it's", "it's"},
        {"A=a\"b\"", "a\"b\""},
        {"A=$B ${C} `d` \\n", "$B ${C} `d` \\n"},
        {"A=a\r", "a"},
        {"A.b_1=x", nullptr},
        // single quotes
        {"A='a b'", "a b"},
        {"A=''", ""},
        {"A='a\\nb\\'", "a\\nb\\"},
        {"A=  'a'  # c", "a"},
        {"A='a'#c", "a"},
        {"A='it's'", "it's"},
        {"A='it's' # c", "it's"},
        {"A='a 'b' c'", "a 'b' c"},
        {"A='a\nb'", "a\nb"},
        {"A='a\r\nb'\r\n", "a\nb"},
        {"A='a # b'", "a # b"},
        // double quotes
        {"A=\"a\\n\\t\\r\\\"\\\\\\$\\x\"", "a\n\t\r\"\\$x"},
        {"A=\"\"", ""},
        {"A=\"it's\"", "it's"},
        {"A=\"say \"hi\" now\"", "say \"hi\" now"},
        {"A=\"say \"hi\\n\" now\" # c", "say \"hi\n\" now"},
        {"A=\"a # b\" # c", "a # b"},
        {"A=\"a #b\" c\"", "a #b\" c"},
        {"A=\"a\n\n b\"", "a\n\n b"},
        {"A=\"a\\\nb\"", "a\nb"},
    };
    for (auto const& c : cases) {
        INFO(c.text);
        parsed_env const parsed = parse_env(c.text, ".env");
        for (diagnostic const& d : parsed.diagnostics)
            CHECK(d.level == severity::note);
        REQUIRE(parsed.assignments.size() == 1);
        if (c.value)
            CHECK(parsed.assignments[0].value == c.value);
    }
}

TEST_CASE("a value that spans lines keeps the line numbers right", "[env_file]")
{
    CHECK(read("A='1\n2\n3'\nB=\"x\n\"\nC=c\n") == "1 A=1\n2\n3\n4 B=x\n\n6 C=c\n");
    CHECK(findings_in("A='1\n2'\n?\n") ==
          ".env:3:1: warning: expected KEY=value; a name starts with a letter or '_'; the line is "
          "skipped\n"
          "    ?\n"
          "    ^\n");
}

TEST_CASE("a line that fits nothing is named, its values hidden, and skipped", "[env_file]")
{
    CHECK(findings_in("1FOO=secret\n") ==
          ".env:1:1: warning: expected KEY=value; a name starts with a letter or '_'; the line is "
          "skipped\n"
          "    1FOO=******\n"
          "    ^\n");
    CHECK(findings_in("  FOO-BAR=secret\n") ==
          ".env:1:6: warning: expected '=' after the name; the line is skipped\n"
          "      ***-***=******\n"
          "         ^\n");
    CHECK(findings_in("FOO\n") ==
          ".env:1:4: warning: expected '=' after the name; the line is skipped\n"
          "    ***\n"
          "       ^\n");
    CHECK(findings_in("FOO bar=1\n") ==
          ".env:1:4: warning: expected '=' after the name; the line is skipped\n"
          "    *** ***=*\n"
          "       ^\n");
    CHECK(findings_in("export FOO\n") ==
          ".env:1:8: warning: exports a name that this file has not set; the line is skipped\n"
          "    ****** ***\n"
          "           ^\n");
    CHECK(findings_in("=x\n") == ".env:1:1: warning: expected KEY=value; a name starts with a "
                                 "letter or '_'; the line is skipped\n"
                                 "    =*\n"
                                 "    ^\n");
    CHECK(findings_in(std::string_view{"A=x\0y\n", 6}) ==
          ".env:1:3: warning: a NUL byte in the value of A; the line is skipped\n"
          "    A=*?*\n"
          "      ^\n");
}

TEST_CASE("a bare export of a name that was set is no fault", "[env_file]")
{
    CHECK(findings_in("A=1\nexport A\n").empty());
    CHECK(read("export=1\nexport =2\nexported=3") == "1 export=1\n2 export=2\n3 exported=3\n");
}

TEST_CASE("a quote that is never closed is kept as a character, with a warning", "[env_file]")
{
    CHECK(findings_in("A=1\nB = \"secret\nC=3\n") ==
          ".env:2:5: warning: the quote that opens the value of B is never closed; it is kept as a "
          "part of the value\n"
          "    B = \"******\n"
          "        ^\n");
    CHECK(read("A=1\nB = \"secret\nC=3\n") == "1 A=1\n2 B=\"secret\n3 C=3\n");
    CHECK(read("A='x\nB=2\nC=3") == "1 A='x\n2 B=2\n3 C=3\n");
    CHECK(read("A=\"p # c\nB=1") == "1 A=\"p\n2 B=1\n");
    // A quote that only another value's quote would close is never closed either.
    CHECK(read("A=\"x\nB=\"y\"\nC=3\n") == "1 A=\"x\n2 B=y\n3 C=3\n");
    CHECK(read("A='don\nB='x' y\nC='z'\n") == "1 A='don\n3 C=z\n");
}

TEST_CASE("what follows the closing quote is a comment or a fault", "[env_file]")
{
    CHECK(findings_in("A='x' y\n") ==
          ".env:1:3: warning: more follows the quote that closes the value of A; the line is "
          "skipped\n"
          "    A='*' *\n"
          "      ^\n");
    for (char const* bad : {"A='x'y", "A=\"x\"\\\"", "A=\"x\" 'y'", "A='x' y # z'"}) {
        INFO(bad);
        CHECK(parse_env(bad, ".env").assignments.empty());
        CHECK(parse_env(bad, ".env").diagnostics.size() == 1);
    }
}

TEST_CASE("a value that a comment takes away or cuts is noted", "[env_file]")
{
    CHECK(findings_in("COLOR=#336699\n") ==
          ".env:1:7: note: the value of COLOR is empty, because '#' begins a comment; put it in "
          "quotes if it belongs to the value\n"
          "    COLOR=#******\n"
          "          ^\n");
    CHECK(findings_in("PASS=a #b\n") ==
          ".env:1:8: note: the value of PASS ends here, where '#' begins a comment; put it in "
          "quotes if it belongs to the value\n"
          "    PASS=* #*\n"
          "           ^\n");
    for (char const* fine : {"A=a#b", "A='#b'", "A=\"a #b\"", "A='a' # c", "# c"})
        CHECK(findings_in(fine).empty());
}

TEST_CASE("UTF-16, a '\\' at a line's end and blanks that are none are named", "[env_file]")
{
    CHECK(findings_in("\xFF\xFE"
                      "A") == ".env: error: is in UTF-16; save it as UTF-8\n");
    CHECK(findings_in({"A\0=\0"
                       "1\0\n\0",
                       8}) == ".env: error: is in UTF-16; save it as UTF-8\n");
    CHECK(findings_in("A=x\\\n") ==
          ".env:1:4: note: the '\\' is a part of the value of A; it joins "
          "no lines\n"
          "    A=*\\\n"
          "       ^\n");
    CHECK(read("A=x\\\n") == "1 A=x\\\n");
    CHECK(findings_in("A\xC2\xA0=1\n").find("a no-break space (U+00A0) after the name") !=
          std::string::npos);
    CHECK(findings_in("A=\xC2\xA0"
                      "1\n")
              .find("a no-break space (U+00A0) begins the value of A") != std::string::npos);
}

TEST_CASE("no diagnostic says a value", "[env_file]")
{
    std::string const text = "A='s3cret\nB=\"s3cret\n?s3cret\ns3cret\nKEY-1=s3cret\nexport s3cret\n"
                             "A='s3cret' s3cret\n";
    parsed_env const parsed = parse_env(text, ".env");
    CHECK(parsed.diagnostics.size() >= 5);
    for (diagnostic const& d : parsed.diagnostics) {
        CHECK(d.secret);
        CHECK(d.level == severity::warning);
    }
    CHECK(rendered(parsed.diagnostics, text).find("s3cret") == std::string::npos);
}

TEST_CASE("CRLF and a byte order mark are accepted", "[env_file]")
{
    CHECK(read("\xEF\xBB\xBF"
               "A=1\r\nB='x'\r\n\r\n# c\r\nC=3\r\n") == "1 A=1\n2 B=x\n5 C=3\n");
    CHECK(findings_in("A=1\r\nB b\r\n") ==
          ".env:2:2: warning: expected '=' after the name; the line is skipped\n"
          "    * *\n"
          "     ^\n");
}

TEST_CASE("keys are letters, digits, _ and dots, no digit or dot first", "[env_file]")
{
    for (char const* good : {"A", "_", "a.b", "A1", "_1"})
        CHECK(valid_key(good));
    for (char const* bad : {"", "1", ".a", "a-b", "a b", "a=", "\xC3\xA9"})
        CHECK_FALSE(valid_key(bad));
}
