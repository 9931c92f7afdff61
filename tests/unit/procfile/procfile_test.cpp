#include "procfile/procfile.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/procfile/rendered.hpp"

using namespace procfile;

namespace {

std::string findings_in(std::string_view text)
{
    return rendered(parse(text, "Procfile").diagnostics, text);
}

bool has(std::string const& text, std::string const& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("entries carry their type, command and line", "[procfile]")
{
    std::vector<entry> const expected{{"web", "bundle exec puma -p $PORT", 2},
                                      {"worker_1-b", "a: b # c", 5}};
    parsed_procfile const parsed = parse("# shop\nweb: bundle exec puma -p $PORT\n\n   \n"
                                         "worker_1-b:a: b # c",
                                         "Procfile");
    CHECK(parsed.entries == expected);
    CHECK(parsed.diagnostics.empty());
}

TEST_CASE("CRLF, a byte order mark and blanks around the command are accepted", "[procfile]")
{
    std::vector<entry> const expected{{"web", "a ", 1}, {"b", "c", 2}};
    CHECK(parse("\xEF\xBB\xBFweb: \t a \r\nb:\tc\r\n", "f").entries == expected);
}

TEST_CASE("an empty Procfile has no entries and nothing wrong", "[procfile]")
{
    for (char const* text : {"", "\n", "# only\n  # comments\n", " \t \n", "\xEF\xBB\xBF"}) {
        CHECK(parse(text, "f").entries.empty());
        CHECK(parse(text, "f").diagnostics.empty());
    }
}

TEST_CASE("a line that fits nothing is named with its place and skipped", "[procfile]")
{
    CHECK(findings_in("web cmd\nok: x\n") ==
          "Procfile:1:4: warning: expected 'type: command'; the line is skipped\n"
          "    web cmd\n"
          "       ^\n");
    CHECK(findings_in("web : cmd\n") ==
          "Procfile:1:4: warning: blanks between the type 'web' and its ':'; the line is skipped\n"
          "    web : cmd\n"
          "       ^\n");
    CHECK(findings_in("a: b\n  web: cmd\n") ==
          "Procfile:2:1: warning: blanks before the type 'web'; the line is skipped\n"
          "      web: cmd\n"
          "    ^\n");
    CHECK(findings_in("web:\n") ==
          "Procfile:1:5: warning: no command after 'web:'; the line is skipped\n"
          "    web:\n"
          "        ^\n");
    CHECK(findings_in("we+b: cmd\n") == "Procfile:1:3: warning: a type's name is made of letters, "
                                        "digits, '_' and '-'; the line is skipped\n"
                                        "    we+b: cmd\n"
                                        "      ^\n");
    CHECK(findings_in("  . -name x\n") ==
          "Procfile:1:3: warning: expected 'type: command'; the line is skipped\n"
          "      . -name x\n"
          "      ^\n");
    CHECK(findings_in(": cmd\n") == "Procfile:1:1: warning: a type's name is made of letters, "
                                    "digits, '_' and '-'; the line is skipped\n"
                                    "    : cmd\n"
                                    "    ^\n");
    CHECK(findings_in(std::string_view{"web: a\0b\n", 9}) ==
          "Procfile:1:7: warning: a NUL byte; the line is skipped\n"
          "    web: a?b\n"
          "          ^\n");
}

TEST_CASE("the lines around a skipped one are read", "[procfile]")
{
    std::vector<entry> const expected{{"a", "1", 1}, {"b", "2", 3}};
    CHECK(parse("a: 1\noops\nb: 2\n", "f").entries == expected);
}

TEST_CASE("a type declared twice is a warning that names both lines, and the last one counts",
          "[procfile]")
{
    std::string_view const text = "web: a\n\nworker: b\nweb: c\n";
    CHECK(findings_in(text) ==
          "Procfile:4:1: warning: type 'web' is declared twice, in lines 1 and 4; the last one "
          "counts\n"
          "    web: c\n"
          "    ^\n");
    std::vector<entry> const expected{{"worker", "b", 3}, {"web", "c", 4}};
    CHECK(parse(text, "f").entries == expected);
    CHECK(parse(text, "f").skipped == 0);
    CHECK(parse("a: 1\na: 2\na: 3\n", "f").entries == std::vector<entry>{{"a", "3", 3}});
    CHECK(findings_in("release: a\nrelease: b\n") ==
          "Procfile:2:1: warning: type 'release' is declared twice, in lines 1 and 2; the last one "
          "counts (to run both, write one line: release: a && b)\n"
          "    release: b\n"
          "    ^\n");
}

TEST_CASE("a character that only looks like a blank is named", "[procfile]")
{
    CHECK(findings_in("web:\xC2\xA0"
                      "cmd\n") ==
          "Procfile:1:5: warning: a no-break space (U+00A0) begins the command; the shell takes it "
          "for a part of the first word, so write a plain blank\n"
          "    web:\xC2\xA0"
          "cmd\n"
          "        ^\n");
    for (char const* blank :
         {"\xC2\x85", "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x89", "\xE2\x80\x8B",
          "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80", "\xEF\xBB\xBF"}) {
        auto const parsed = parse("web: " + std::string(blank) + "cmd\n", "f");
        CHECK(parsed.entries.size() == 1);
        REQUIRE(parsed.diagnostics.size() == 1);
        CHECK(parsed.diagnostics[0].level == severity::warning);
        CHECK(parsed.diagnostics[0].column == 6);
    }
    CHECK(has(findings_in("web: a\xC2\xA0"
                          "b\n"),
              "note: a no-break space (U+00A0) stands in"));
    CHECK(
        has(findings_in("web\xC2\xA0: a\n"), "a no-break space (U+00A0) stands here; the line is"));
    CHECK(
        has(findings_in("\xC2\xA0web: a\n"), "a no-break space (U+00A0) stands here; the line is"));
    CHECK(findings_in("web: caf\xC3\xA9 \xE2\x82\xAC\n").empty());
}

TEST_CASE("UTF-16 and a line that seems to go on are named for what they are", "[procfile]")
{
    CHECK(findings_in("\xFF\xFEw") == "Procfile: error: is in UTF-16; save it as UTF-8\n");
    CHECK(findings_in({"\xFE\xFF\0w", 4}) == "Procfile: error: is in UTF-16; save it as UTF-8\n");
    CHECK(findings_in({"w\0e\0b\0:\0 \0", 10}) ==
          "Procfile: error: is in UTF-16; save it as UTF-8\n");
    CHECK(findings_in("web: a \\\n") ==
          "Procfile:1:8: warning: a '\\' at a line's end joins no lines here; write the command in "
          "one line\n"
          "    web: a \\\n"
          "           ^\n");
    CHECK(parse("web: a \\\n", "f").entries.size() == 1);
}

TEST_CASE("another file may imply web when there is nothing but a release phase", "[procfile]")
{
    CHECK(only_release(parse("release: x\n", "f")));
    CHECK_FALSE(only_release(parse("release: x\nweb: y\n", "f")));
    CHECK_FALSE(only_release(parse("# nothing\n", "f")));
}

TEST_CASE("a command that is all blanks is kept and noted", "[procfile]")
{
    CHECK(findings_in("web:  \n") == "Procfile:1:5: note: the command of 'web' is blank\n"
                                     "    web:  \n"
                                     "        ^\n");
    CHECK(parse("web: \t\n", "f").entries.at(0).command == "\t");
    CHECK(parse("web: \n", "f").entries.at(0).command == " ");
}

TEST_CASE("types are letters, digits, _ and -", "[procfile]")
{
    for (char const* good : {"web", "-", "_", "0", "A-b_9", "release"})
        CHECK(valid_type(good));
    for (char const* bad : {"", "a b", "a.b", "a:", "\xC3\xA9", "a\n", "a=1"})
        CHECK_FALSE(valid_type(bad));
}
